import type { Matcher } from '@aiops/contract/model/label'
import { messageOf } from '../../../../kernel/fault.ts'
import { type Intervals, windowsOf } from './interval.ts'
import { conditionOf, matchersOf } from './matchers.ts'
import { type Json, listOf, mapOf, type Taking, textOf } from './part.ts'

/** Nodes of a tree, and how deep it may be. */
const nodesMax = 500
const depthMax = 20
const timings = ['group_wait', 'group_interval', 'repeat_interval']
const known = new Set([
  ...['receiver', 'group_by', 'matchers', 'match', 'match_re', 'continue', 'routes', ...timings],
  ...['mute_time_intervals', 'active_time_intervals'],
])

type Inherited = { matchers: readonly Matcher[]; receiver: string; groupBy: readonly string[] | null }
type Walk = { intervals: Intervals; taking: Taking; nowMs: number; order: number; nodes: number }

/**
 * Each node a ROUTE and a GROUP rule, those of its children before its own: the first that fits has its say, as the first node that fits
 * has in Alertmanager. Its groups are of one node each, and so are these. A node that every alert fits gives none: what no other rule
 * routes has the default receiver here too, and one GROUP rule over everything would stand where time and topology decide.
 */
export function routeRules(root: unknown, intervals: Intervals, taking: Taking, nowMs: number): void {
  const walk: Walk = { intervals, taking, nowMs, order: 20_000, nodes: 0 }
  node(walk, mapOf(root), 'route', { matchers: [], receiver: '', groupBy: null }, 0)
}

function node(walk: Walk, written: Json, place: string, above: Inherited, depth: number): void {
  const { taking } = walk
  walk.nodes += 1
  if (depth > depthMax || walk.nodes > nodesMax) {
    taking.leave(place, `Trees of more than ${nodesMax} nodes, or ${depthMax} within one another, are cut.`)
    return
  }
  let own: Matcher[]
  try {
    own = matchersOf(written)
  } catch (error) {
    taking.leave(place, `It and all under it: ${messageOf(error)}`)
    return
  }
  const here: Inherited = {
    matchers: [...above.matchers, ...own],
    receiver: textOf(written.receiver) || above.receiver,
    groupBy: written.group_by === undefined ? above.groupBy : listOf(written.group_by).map(textOf),
  }
  const children = listOf(written.routes)
  below(walk, children.map(mapOf), place, here, depth)
  leaveRest(taking, written, place)
  if (here.matchers.length === 0) leaveDefault(taking, place, here, children.length > 0)
  else rulesOf(walk, place, here)
  for (const interval of listOf(written.mute_time_intervals).map(textOf))
    mute(walk, place, interval, here, children.length > 0)
}

/** Once a child takes all that its parent gets, those after it are never reached. */
function below(walk: Walk, children: readonly Json[], place: string, here: Inherited, depth: number): void {
  for (const [at, child] of children.entries()) {
    node(walk, child, `${place}.routes[${at}]`, here, depth + 1)
    if (at === children.length - 1 || child.continue === true || hasMatchers(child)) continue
    const after = at + 1 === children.length - 1 ? `routes[${at + 1}]` : `routes[${at + 1}] and after`
    walk.taking.leave(
      `${place}.${after}`,
      `Never reached: routes[${at}] has no matchers and takes every alert before it.`,
    )
    return
  }
}

/** One whose matchers cannot be read is left with all under it, and is no reason to leave what follows. */
function hasMatchers(node: Json): boolean {
  try {
    return matchersOf(node).length > 0
  } catch {
    return true
  }
}

/** Of a node that every alert fits. */
function leaveDefault(
  taking: Taking,
  place: string,
  { receiver, groupBy }: Inherited,
  hasChildren: boolean,
): void {
  const what = hasChildren ? 'what no other node takes' : 'every alert'
  if (receiver === '') taking.leave(`${place}.receiver`, 'It names none.')
  else
    taking.leave(
      `${place}.receiver`,
      `${receiver.slice(0, 128)} is the default receiver, of ${what}: an incident that no rule routes carries no route, and goes to the webhooks of act.notify.webhooks that name no routes. Give its address there.`,
    )
  const by = groupBy?.filter((label) => label !== '' && label !== '...') ?? []
  if (groupBy !== null && by.length === 0)
    taking.leave(`${place}.group_by`, 'It names no label; incidents are made as always.')
  else if (by.length > 0)
    taking.leave(
      `${place}.group_by`,
      `A rule of it would group every alert by ${by.join(', ').slice(0, 200)}, where time and topology decide. The nodes below that name matchers keep it; make a GROUP rule if you want it for all.`,
    )
}

function rulesOf(walk: Walk, place: string, { matchers, receiver, groupBy }: Inherited): void {
  const { taking } = walk
  const when = conditionOf(matchers)
  const rest = { enabled: true, when, source_when: '', comment: '' }
  walk.order += 2
  if (receiver === '') taking.leave(`${place}.receiver`, 'It names none.')
  else
    taking.rule(place, {
      ...{ ...rest, name: `Alertmanager ${place} to ${receiver}`.slice(0, 128), order: walk.order },
      ...{ action: 'ROUTE', by: [], route: receiver.slice(0, 128) },
    })
  const by = [...new Set(groupBy ?? [])].filter((label) => label !== '')
  if (by.includes('...'))
    taking.leave(
      `${place}.group_by`,
      "By all labels ('...') nothing is grouped; incidents are made as always.",
    )
  else if (by.length === 0)
    taking.leave(`${place}.group_by`, 'Without labels all alerts of the node would be one incident.')
  else
    taking.rule(place, {
      ...{ ...rest, name: `Alertmanager ${place} by ${by.join(', ')}`.slice(0, 128), order: walk.order + 1 },
      ...{ action: 'GROUP', by, route: '' },
    })
}

function leaveRest(taking: Taking, written: Json, place: string): void {
  for (const key of timings)
    if (written[key] !== undefined)
      taking.leave(`${place}.${key}`, 'Incidents open as soon as they are worth one, and are told once.')
  if (written.continue === true)
    taking.leave(`${place}.continue`, 'An incident goes to one receiver: the first whose node fits.')
  if (written.active_time_intervals !== undefined)
    taking.leave(
      `${place}.active_time_intervals`,
      'A maintenance window says when to be quiet, not when to speak.',
    )
  for (const key of Object.keys(written)) if (!known.has(key)) taking.leave(`${place}.${key}`, 'Not known.')
}

function mute(
  walk: Walk,
  place: string,
  interval: string,
  { matchers }: Inherited,
  hasChildren: boolean,
): void {
  const at = `${place}.mute_time_intervals`
  if (hasChildren)
    walk.taking.leave(at, `${interval}: it mutes the node without those under it, which matchers cannot say.`)
  else if (matchers.length === 0)
    walk.taking.leave(at, `${interval}: a node without matchers would silence everything.`)
  else
    for (const window of windowsOf(walk, at, interval, matchers))
      walk.taking.window(window.place, window.input)
}
