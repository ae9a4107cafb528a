import { z } from 'zod'
import type { Clock } from '../../../../kernel/clock.ts'
import type { Random } from '../../../../kernel/random.ts'
import type { FileReader } from '../../../../port/file-reader.ts'
import type { HttpClient, HttpStreams } from '../../../../port/http-client.ts'
import type { SecretSource } from '../../../../port/secret-source.ts'
import type { TargetGroup } from '../target.ts'

export type DiscoveryDeps = {
  http: HttpClient & HttpStreams
  files: FileReader
  secrets: SecretSource
  /** Host and port of the Kubernetes API that this process runs under; empty for none. */
  kubernetesApi: string
  clock: Clock
  random: Random
}

/** Whom a discovery tells that follows rather than is asked: each `found` takes the place of the one before it. */
export type FollowTold = {
  found(groups: TargetGroup[]): void
  failed(error: unknown): void
  /** After a failure, once everything can be followed again. */
  recovered(): void
}
export type Following = { stop(): Promise<void> }

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
