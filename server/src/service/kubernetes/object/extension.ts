import { z } from 'zod'
import { count, flag, listOf, part, text, texts, whole, word } from './field.ts'
import { conditions, Meta, Selector } from './meta.ts'

/** An admission webhook configuration, validating or mutating. */
export const WebhookConfiguration = z.object({
  metadata: Meta,
  webhooks: listOf(
    z.object({
      name: word,
      failurePolicy: text,
      timeoutSeconds: count,
      sideEffects: text,
      namespaceSelector: part(Selector),
      objectSelector: part(Selector),
      rules: listOf(
        z.object({ apiGroups: texts, apiVersions: texts, resources: texts, operations: texts, scope: text }),
      ),
      clientConfig: whole(
        z.object({
          url: text,
          caBundle: text,
          service: part(z.object({ namespace: word, name: word, path: text, port: count })),
        }),
      ),
    }),
  ),
})
export type WebhookConfiguration = z.infer<typeof WebhookConfiguration>

export const ApiService = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      group: word,
      version: word,
      service: part(z.object({ namespace: word, name: word, port: count })),
    }),
  ),
  status: whole(z.object({ conditions })),
})
export type ApiService = z.infer<typeof ApiService>

/** Any object whose conditions say how it is: OpenShift's operators, KEDA's scalers, and most custom resources. */
export const Conditioned = z.object({ metadata: Meta, status: whole(z.object({ conditions, phase: text })) })
export type Conditioned = z.infer<typeof Conditioned>

/** config.openshift.io/v1. */
export const ClusterVersion = z.object({
  metadata: Meta,
  spec: whole(z.object({ channel: text, clusterID: text })),
  status: whole(
    z.object({
      desired: whole(z.object({ version: word })),
      history: listOf(z.object({ state: word, version: word, startedTime: text, completionTime: text })),
      conditions,
    }),
  ),
})
export type ClusterVersion = z.infer<typeof ClusterVersion>

/** machineconfiguration.openshift.io/v1. */
export const MachineConfigPool = z.object({
  metadata: Meta,
  spec: whole(z.object({ paused: flag })),
  status: whole(
    z.object({
      machineCount: count,
      updatedMachineCount: count,
      readyMachineCount: count,
      unavailableMachineCount: count,
      degradedMachineCount: count,
      conditions,
    }),
  ),
})
export type MachineConfigPool = z.infer<typeof MachineConfigPool>

/** route.openshift.io/v1. */
export const Route = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      host: text,
      path: text,
      to: whole(z.object({ kind: word, name: word, weight: count })),
      port: part(z.object({ targetPort: z.union([z.string(), z.number()]).optional().catch(undefined) })),
      tls: part(z.object({ termination: word })),
    }),
  ),
  status: whole(z.object({ ingress: listOf(z.object({ host: word, routerName: word, conditions })) })),
})
export type Route = z.infer<typeof Route>

/** operators.coreos.com/v1alpha1 and v1: what the Operator Lifecycle Manager keeps. */
export const CatalogSource = z.object({
  metadata: Meta,
  spec: whole(z.object({ sourceType: text, image: text })),
  status: whole(
    z.object({
      message: text,
      connectionState: part(z.object({ lastObservedState: word, lastConnect: text })),
    }),
  ),
})
export type CatalogSource = z.infer<typeof CatalogSource>

/** Copied into every namespace that its operator watches; such a copy has the reason Copied. */
export const ClusterServiceVersion = z.object({
  metadata: Meta,
  status: whole(z.object({ phase: text, reason: text, message: text, lastTransitionTime: text })),
})
export type ClusterServiceVersion = z.infer<typeof ClusterServiceVersion>

export const Subscription = z.object({
  metadata: Meta,
  spec: whole(
    z.object({ name: word, channel: text, source: word, sourceNamespace: word, installPlanApproval: text }),
  ),
  status: whole(z.object({ state: text, installedCSV: text, currentCSV: text, conditions })),
})
export type Subscription = z.infer<typeof Subscription>

export const InstallPlan = z.object({
  metadata: Meta,
  spec: whole(z.object({ approval: text, approved: flag, clusterServiceVersionNames: texts })),
  status: whole(z.object({ phase: text, conditions })),
})
export type InstallPlan = z.infer<typeof InstallPlan>

/** keda.sh/v1alpha1. */
export const ScaledObject = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      scaleTargetRef: whole(z.object({ kind: text, name: word, apiVersion: text })),
      maxReplicaCount: count,
    }),
  ),
  status: whole(z.object({ conditions })),
})
export type ScaledObject = z.infer<typeof ScaledObject>

/** wgpolicyk8s.io: what Kyverno and others found of each object; its results are not kept. */
export const PolicyReport = z.object({
  metadata: Meta,
  scope: part(z.object({ kind: word, namespace: word, name: word })),
  summary: whole(z.object({ pass: count, fail: count, warn: count, error: count })),
})
export type PolicyReport = z.infer<typeof PolicyReport>
