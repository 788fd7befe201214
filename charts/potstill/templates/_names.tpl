{{- define "potstill.labels" -}}
{{ include "potstill.selector" . }}
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

{{- /* Given a list of the image's values and the chart; by its digest where it has one. */ -}}
{{- define "potstill.image" -}}
{{- $image := index . 0 -}}
{{- if $image.digest -}}
{{ printf "%s@%s" $image.repository $image.digest }}
{{- else -}}
{{ printf "%s:%s" $image.repository ($image.tag | default (index . 1).AppVersion) }}
{{- end -}}
{{- end }}
