import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { DeliveryMemory, type ForgeHook, type HookRequest, isRefusal } from '../../port/forge-hook.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import type { RepositoryConfig } from '../../service/gitops/repository-config.ts'
import { hookReaderOf } from './forges.ts'

type HookSetting = Pick<RepositoryConfig, 'tenant' | 'name' | 'forge' | 'project' | 'hook_secret'>

/**
 * Webhooks of repositories: proven, of the right project, and each once. Gives undefined for one that came already. Throws
 * PERMISSION_DENIED where the repository takes none, UNAUTHENTICATED without a proof that holds, INVALID_REQUEST for what is no hook.
 */
export function createForgeHooks(deps: { secrets: SecretSource; clock: Clock }) {
  /** By repository, so that one cannot make another forget; as many as are set. */
  const memories = new Map<string, DeliveryMemory>()
  return {
    async read(
      setting: HookSetting,
      request: Pick<HookRequest, 'headers' | 'body'>,
    ): Promise<ForgeHook | undefined> {
      if (setting.hook_secret === undefined)
        throw new Fault(
          'PERMISSION_DENIED',
          `The repository "${setting.name}" takes no webhooks: set its hook_secret.`,
        )
      const secret = await deps.secrets.read(setting.hook_secret)
      const reader = await hookReaderOf(setting.forge)
      const read = reader({ ...request, secret: secret.trim(), nowMs: deps.clock.now() })
      if (isRefusal(read))
        throw new Fault(read.refused === 'MALFORMED' ? 'INVALID_REQUEST' : 'UNAUTHENTICATED', read.sentence)
      // GitLab knows a project by its number too, which a hook does not prove as its name.
      const isNumber = /^\d+$/.test(setting.project)
      if (
        !isNumber &&
        setting.forge !== 'LOCAL' &&
        read.project.toLowerCase() !== setting.project.toLowerCase()
      )
        throw new Fault('INVALID_REQUEST', `The hook is of another project than that of "${setting.name}".`)
      const key = `${setting.tenant} ${setting.name}`
      const memory = memories.get(key) ?? new DeliveryMemory()
      memories.set(key, memory)
      return memory.first(read.delivery, request.body) ? read : undefined
    },
  }
}
