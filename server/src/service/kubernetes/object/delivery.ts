import { z } from 'zod'
import { count, flag, labels, listOf, part, text, texts, whole, word } from './field.ts'
import { conditions, Meta } from './meta.ts'

/** Application of argoproj.io/v1alpha1: what was synced last. */
export const Application = z.object({
  metadata: Meta,
  spec: whole(z.object({ destination: whole(z.object({ namespace: word })) })),
  status: whole(
    z.object({
      operationState: whole(
        z.object({
          phase: word,
          syncResult: whole(z.object({ revision: word, revisions: texts })),
        }),
      ),
      resources: listOf(z.object({ kind: word, namespace: word, name: word })),
    }),
  ),
})
export type Application = z.infer<typeof Application>

/** Kustomization of kustomize.toolkit.fluxcd.io/v1. */
export const Kustomization = z.object({
  metadata: Meta,
  spec: whole(z.object({ suspend: flag })),
  status: whole(z.object({ lastAppliedRevision: word, conditions })),
})
export type Kustomization = z.infer<typeof Kustomization>

/** HelmRelease of helm.toolkit.fluxcd.io/v2; the newest release stands first. */
export const HelmRelease = z.object({
  metadata: Meta,
  spec: whole(z.object({ suspend: flag })),
  status: whole(
    z.object({ history: listOf(z.object({ version: count, chartVersion: word, status: word })), conditions }),
  ),
})
export type HelmRelease = z.infer<typeof HelmRelease>

/** Certificate of cert-manager.io/v1. */
export const Certificate = z.object({
  metadata: Meta,
  spec: whole(z.object({ secretName: word })),
  status: whole(z.object({ revision: count, notAfter: text, conditions })),
})
export type Certificate = z.infer<typeof Certificate>

/** ChaosEngine of litmuschaos.io/v1alpha1. */
export const ChaosEngine = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      engineState: word,
      appinfo: whole(z.object({ appns: word, applabel: word })),
      experiments: listOf(z.object({ name: word })),
    }),
  ),
  status: whole(z.object({ engineStatus: word })),
})
export type ChaosEngine = z.infer<typeof ChaosEngine>

/** The experiments of chaos-mesh.org/v1alpha1 have this in common. */
export const MeshChaos = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      action: text,
      duration: text,
      selector: part(z.object({ namespaces: texts, labelSelectors: labels })),
    }),
  ),
  status: whole(z.object({ conditions })),
})
export type MeshChaos = z.infer<typeof MeshChaos>
