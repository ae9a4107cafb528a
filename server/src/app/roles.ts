import { Fault } from '../kernel/fault.ts'

/** A role is a row: which modules run when it is asked for. The order of modules is `modules.ts`'s. */
export const roles = {
  gateway: ['identity', 'telemetry', 'gateway'],
  registry: ['fleet'],
  collector: ['ingest'],
  analytics: ['knowledge', 'stream', 'detect', 'correlate', 'explain'],
  action: ['act'],
  intelligence: [],
  live: ['live', 'pulse'],
  cost: [],
  edge: ['relay'],
} as const satisfies Record<string, readonly string[]>

export type Role = keyof typeof roles
export type ModuleName = (typeof roles)[Role][number]
/** Takes from senders and sends on to a platform elsewhere: it needs nothing that others share, and is none of `all`. */
export const edgeRole = 'edge' satisfies Role
export const roleNames: Role[] = (Object.keys(roles) as Role[]).filter((name) => name !== edgeRole)

/** Roles of `--role a,b`; all of them when none is named. */
export function parseRoles(text: string | undefined): Role[] {
  if (text === undefined) return roleNames
  const named = [...new Set(text.split(',').map((name) => name.trim()))]
  if (named.length === 1 && named[0] === 'all') return roleNames
  if (named.length === 1 && named[0] === edgeRole) return [edgeRole]
  if (named.includes(edgeRole))
    throw new Fault('CONFIG_INVALID', 'The role edge runs alone, in a process and a data folder of its own.')
  const unknown = named.find((name) => !roleNames.includes(name as Role))
  if (unknown !== undefined)
    throw new Fault(
      'CONFIG_INVALID',
      `There is no role "${unknown}"; roles are ${roleNames.join(', ')}, ${edgeRole} and all.`,
    )
  return named as Role[]
}
