import { z } from 'zod'

/** As the API gives it; each role reads the fields it knows. */
export const KubernetesObject = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    managedFields: z.unknown().optional(),
    labels: z.record(z.string(), z.string()).nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
    ownerReferences: z
      .array(z.looseObject({ kind: z.string(), name: z.string(), controller: z.boolean().optional() }))
      .nullish(),
  }),
})
export type KubernetesObject = z.output<typeof KubernetesObject>
export type Cluster = {
  objects: KubernetesObject[]
  pods: KubernetesObject[]
  services: KubernetesObject[]
  nodes: KubernetesObject[]
}

export const hostPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
