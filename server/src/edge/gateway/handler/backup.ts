import { Fault } from '../../../kernel/fault.ts'
import type { Principal } from '../../../service/identity/index.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'

type BackupHandlers = { [K in 'createBackup' | 'listBackups' | 'getBackup']: Handler<K> }

/** A backup holds every tenant's data: only administrators of the first tenant, the platform's own, may make one. */
export function backupHandlers({ backups }: HandlerDeps): BackupHandlers {
  const allow = ({ tenant }: Principal): void => {
    if (tenant !== backups.tenant)
      throw new Fault('PERMISSION_DENIED', `Backups are made by administrators of tenant ${backups.tenant}.`)
  }
  return {
    async createBackup({ body }, principal) {
      allow(principal)
      return backups.start(body.to)
    },
    async listBackups(_input, principal) {
      allow(principal)
      return { backups: backups.list() }
    },
    async getBackup({ params }, principal) {
      allow(principal)
      const found = backups.list().find((backup) => backup.id === params.id)
      if (!found) throw new Fault('NOT_FOUND', `There is no backup ${params.id}.`)
      return found
    },
  }
}
