import { z } from 'zod'
import type { FileReader } from '../../../../port/file-reader.ts'
import type { HttpClient } from '../../../../port/http-client.ts'
import type { SecretSource } from '../../../../port/secret-source.ts'
import type { TargetGroup } from '../target.ts'

export type DiscoveryDeps = {
  http: HttpClient
  files: FileReader
  secrets: SecretSource
  /** Host and port of the Kubernetes API that this process runs under; empty for none. */
  kubernetesApi: string
}

export const TargetGroups = z
  .array(
    z.object({
      targets: z.array(z.string()).nullish(),
      labels: z.record(z.string(), z.coerce.string()).nullish(),
    }),
  )
  .max(100_000)

/** Groups as files and HTTP servers write them. */
export const groupsOf = (
  written: z.output<typeof TargetGroups>,
  labels: Record<string, string>,
): TargetGroup[] =>
  written.map((group) => ({
    targets: (group.targets ?? []).map((address) => ({ __address__: address })),
    labels: { ...group.labels, ...labels },
  }))
