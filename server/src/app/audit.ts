import { join } from 'node:path'
import { durationMs } from '@aiops/contract/model/time'
import { createCheckpointFile } from '../adapter/folder/checkpoint-file.ts'
import { openSigningKeyFile, rememberPublicKey } from '../adapter/folder/signing-key-file.ts'
import { auditExport } from '../edge/audit/index.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metric.ts'
import type { CheckpointLog } from '../port/audit-checkpoint.ts'
import type { AuditRepository } from '../port/record-store.ts'
import type { SecretSource } from '../port/secret-source.ts'
import type { StreamRoute } from '../port/stream-route.ts'
import { type Audit, checkpointObjects, createAudit, type IdentityConfig } from '../service/identity/index.ts'
import { openObjectStore } from './storage/object-store.ts'

type AuditConfig = IdentityConfig['audit']
type Deps = {
  chain: AuditRepository
  /** The data folder. */
  folder: string
  secrets: SecretSource
  clock: Clock
  log: Log
  metrics: Metrics
}

/** Where the parts of the audit log lie that are not in the database. */
export const auditPaths = (folder: string, config: AuditConfig) => ({
  checkpoints: config.checkpoint_file || join(folder, 'audit', 'checkpoints.jsonl'),
  signingKey: config.signing_key_file || join(folder, 'audit-signing-key.pem'),
  publicKeys: join(folder, 'audit', 'public-keys.pem'),
})

/** The audit log with its checkpoints where the configuration wants them. */
export async function openAudit(
  { folder, secrets, ...deps }: Deps,
  config: AuditConfig,
): Promise<Audit & { routes: StreamRoute[] }> {
  const paths = auditPaths(folder, config)
  const key = await openSigningKeyFile(paths.signingKey)
  const publicKeys = await rememberPublicKey(paths.publicKeys, key.publicKey)
  const first = createCheckpointFile(paths.checkpoints)
  const copies: CheckpointLog[] = []
  for (const place of config.checkpoint_copies) copies.push(await openCheckpoints(place, secrets))
  const readable = [first, ...copies.filter((_, i) => !isObjectUrl(config.checkpoint_copies[i] ?? ''))]
  const audit = createAudit(
    { ...deps, key, publicKeys, readable, logs: [first, ...copies] },
    {
      every: config.checkpoint_every,
      intervalMs: durationMs(config.checkpoint_interval),
      verifyMs: durationMs(config.verify_interval),
    },
  )
  return { ...audit, routes: [auditExport(audit, deps.clock)] }
}

/** A file, or what an address of an object store names. */
export const openCheckpoints = async (place: string, secrets: SecretSource): Promise<CheckpointLog> =>
  isObjectUrl(place)
    ? checkpointObjects(await openObjectStore(place, secrets), place)
    : createCheckpointFile(place)

const isObjectUrl = (place: string): boolean => /^(folder|s3):/.test(place)
