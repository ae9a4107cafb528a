import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditVerification } from '@aiops/contract/model/audit'
import { createSecretFolder } from '../../adapter/folder/secret-folder.ts'
import { systemClock } from '../../kernel/clock.ts'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import { publicKeysOf, verifyAudit } from '../../service/identity/index.ts'
import { auditPaths, openCheckpoints } from '../audit.ts'
import { loadConfig } from '../config.ts'
import { openAuditRecords } from '../storage/records.ts'

type Options = {
  data?: string
  /** Settings as YAML: they may keep checkpoints elsewhere. */
  config?: string
  /** A copy of the checkpoints that lies elsewhere: a file, or an address of an object store. It alone is tried then. */
  checkpoints?: string
  /** A file of trusted public keys, PEM: a checkpoint of any other key counts as forged. */
  publicKey?: string
}

/** What the command line does with the audit log of a data folder, whether or not a server has it open. */
export type AuditCare = {
  verify(options: Options): Promise<AuditVerification>
  /** PEM, of every key that ever signed there. */
  publicKeys(options: Pick<Options, 'data' | 'config'>): string
}

export const auditCare: AuditCare = {
  async verify({ checkpoints, publicKey, ...options }) {
    const { config, folder, paths } = placesOf(options)
    const named = config.act.secret_folder
    const secrets = createSecretFolder(named === '' ? join(folder, 'secrets') : named)
    const copies = config.auth.audit.checkpoint_copies
    const places = checkpoints === undefined ? [paths.checkpoints, ...copies] : [checkpoints]
    const logs = await Promise.all(places.map((place) => openCheckpoints(place, secrets)))
    const text = publicKey === undefined ? knownKeys(paths.publicKeys) : textOf(publicKey)
    const keys = publicKeysOf(text)
    if (publicKey !== undefined && keys.size === 0)
      throw new Fault('CONFIG_INVALID', `${publicKey} holds no Ed25519 public key in PEM form.`)
    const reader = await openAuditRecords(config.adapters.records, { folder, secrets, log: silentLog })
    try {
      return await verifyAudit({
        ...{ chain: reader, checkpoints: logs, keys, clock: systemClock },
        strict: publicKey !== undefined,
      })
    } finally {
      await reader.close()
    }
  },
  publicKeys(options) {
    const { paths } = placesOf(options)
    if (!existsSync(paths.publicKeys))
      throw new Fault('NOT_FOUND', `There is no ${paths.publicKeys}; the first start of the server makes it.`)
    return textOf(paths.publicKeys)
  },
}

function placesOf({ data, config: file }: Pick<Options, 'data' | 'config'>) {
  const { config } = loadConfig({
    environment: process.env,
    flags: { data_folder: data },
    ...(file === undefined ? {} : { file }),
  })
  const folder = config.data_folder
  if (!existsSync(folder))
    throw new Fault('NOT_FOUND', `There is no data folder ${folder}; name it with --data.`)
  return { config, folder, paths: auditPaths(folder, config.auth.audit) }
}

const knownKeys = (path: string): string => (existsSync(path) ? textOf(path) : '')

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Fault('NOT_FOUND', `${path} cannot be read: ${messageOf(error)}.`)
  }
}
