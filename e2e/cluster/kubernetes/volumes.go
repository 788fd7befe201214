package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	provisioner = "potstill.dev/folders"
	look        = 500 * time.Millisecond
)

// A provisioner of volumes for one node: each claim of its storage classes gets a folder of this machine, as a local
// volume, so that the kubelet gives it to the pod's fsGroup; with the claim goes the folder.
type provision struct {
	cluster kubernetes.Interface
	folder  string // where the volumes' folders are made
	node    string
}

// runVolumes expects: volumes KUBECONFIG FOLDER NODE.
func runVolumes() int {
	if len(os.Args) != 4 {
		fmt.Fprintf(os.Stderr, "found %d arguments, expected: volumes KUBECONFIG FOLDER NODE\n", len(os.Args)-1)
		return 64
	}
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	if err != nil {
		log.Print(err)
		return 74
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	p := provision{cluster: kubernetes.NewForConfigOrDie(config), folder: os.Args[2], node: os.Args[3]}
	wait.UntilWithContext(stop, func(ctx context.Context) {
		if err := p.round(ctx); err != nil {
			log.Print(err)
		}
	}, look)
	return 0
}

// round makes what claims wait for and removes what no claim holds any more. Few claims, one node: it looks at all of them.
func (p provision) round(ctx context.Context) error {
	classes, err := p.classes(ctx)
	if err != nil {
		return err
	}
	claims, err := p.cluster.CoreV1().PersistentVolumeClaims("").List(ctx, meta.ListOptions{})
	if err != nil {
		return err
	}
	for _, claim := range claims.Items {
		wanted := claim.Spec.StorageClassName
		if wanted == nil || !classes[*wanted] || claim.Spec.VolumeName != "" || claim.DeletionTimestamp != nil {
			continue
		}
		if err := p.provide(ctx, claim); err != nil {
			return err
		}
	}
	return p.reclaim(ctx)
}

func (p provision) classes(ctx context.Context) (map[string]bool, error) {
	all, err := p.cluster.StorageV1().StorageClasses().List(ctx, meta.ListOptions{})
	if err != nil {
		return nil, err
	}
	ours := map[string]bool{}
	for _, class := range all.Items {
		ours[class.Name] = class.Provisioner == provisioner
	}
	return ours, nil
}

func (p provision) provide(ctx context.Context, claim core.PersistentVolumeClaim) error {
	name := "folder-" + string(claim.UID)
	path := filepath.Join(p.folder, name)
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	volume := &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: name, Annotations: map[string]string{"pv.kubernetes.io/provisioned-by": provisioner}},
		Spec: core.PersistentVolumeSpec{
			Capacity:                      claim.Spec.Resources.Requests,
			AccessModes:                   claim.Spec.AccessModes,
			StorageClassName:              *claim.Spec.StorageClassName,
			PersistentVolumeReclaimPolicy: core.PersistentVolumeReclaimDelete,
			ClaimRef: &core.ObjectReference{Kind: "PersistentVolumeClaim", APIVersion: "v1",
				Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID},
			PersistentVolumeSource: core.PersistentVolumeSource{Local: &core.LocalVolumeSource{Path: path}},
			NodeAffinity: &core.VolumeNodeAffinity{Required: &core.NodeSelector{NodeSelectorTerms: []core.NodeSelectorTerm{{
				MatchExpressions: []core.NodeSelectorRequirement{{
					Key: core.LabelHostname, Operator: core.NodeSelectorOpIn, Values: []string{p.node}}}}}}},
		},
	}
	_, err := p.cluster.CoreV1().PersistentVolumes().Create(ctx, volume, meta.CreateOptions{})
	if errors.IsAlreadyExists(err) {
		return nil // made in the round before; the binder has not seen it yet
	}
	return err
}

func (p provision) reclaim(ctx context.Context) error {
	volumes, err := p.cluster.CoreV1().PersistentVolumes().List(ctx, meta.ListOptions{})
	if err != nil {
		return err
	}
	for _, volume := range volumes.Items {
		ours := volume.Annotations["pv.kubernetes.io/provisioned-by"] == provisioner
		if !ours || volume.Status.Phase != core.VolumeReleased || volume.Spec.PersistentVolumeReclaimPolicy != core.PersistentVolumeReclaimDelete {
			continue
		}
		if err := os.RemoveAll(volume.Spec.Local.Path); err != nil {
			return err
		}
		if err := p.cluster.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, meta.DeleteOptions{}); err != nil {
			return err
		}
	}
	return nil
}
