{{- define "potstill.labels" -}}
app.kubernetes.io/name: potstill-operator
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "potstill.selector" -}}
app.kubernetes.io/name: potstill-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "potstill.fullname" -}}
{{ printf "%s-operator" .Release.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
