import type { ObjectOf } from '../object/kind.ts'
import type { Condition } from '../object/meta.ts'
import type { ContainerStatus } from '../object/pod.ts'
import type { Aspect } from './aspect.ts'

type Pod = ObjectOf<'Pod'>

/** What changed of a pod. */
export function podAspects(before: Pod, after: Pod): Aspect[] {
  const found: Aspect[] = []
  const status = (text: string): number => found.push({ kind: 'STATUS', text })
  if (before.spec !== after.spec) {
    const images = imageWords(before.spec.containers, after.spec.containers)
    for (const text of images) found.push({ kind: 'ROLLOUT', text })
    if (after.spec.nodeName && before.spec.nodeName !== after.spec.nodeName)
      status(`scheduled on ${after.spec.nodeName}`)
    const [was, is] = [before.spec.ephemeralContainers.length, after.spec.ephemeralContainers.length]
    if (is > was)
      found.push({ kind: 'OTHER', text: `debug container ${after.spec.ephemeralContainers[was]!.name}` })
  }
  if (before.status === after.status) return found
  const [old, now] = [before.status, after.status]
  if (old.phase !== now.phase) status(`${old.phase || 'no phase'} → ${now.phase}${inBrackets(now.reason)}`)
  for (const text of containerWords(old, now)) status(text)
  for (const text of conditionWords(old.conditions, now.conditions, podConditions)) status(text)
  return found
}

/** `image a:1 → a:2` of each container of a name. */
export function imageWords(
  before: readonly { name: string; image: string }[],
  after: readonly { name: string; image: string }[],
): string[] {
  const found: string[] = []
  for (const { name, image } of after) {
    const old = before.find((one) => one.name === name)
    if (!old) found.push(`container ${name} added (${image})`)
    else if (old.image !== image) found.push(`image ${old.image} → ${image}`)
  }
  for (const { name } of before) {
    if (!after.some((one) => one.name === name)) found.push(`container ${name} removed`)
  }
  return found
}

/** `Ready True → False (KubeletNotReady)`. A condition whose status stays but whose reason does not is named by its reasons. */
export function conditionWords(
  before: readonly Condition[],
  after: readonly Condition[],
  types?: ReadonlySet<string>,
): string[] {
  const found: string[] = []
  for (const now of after) {
    if (types && !types.has(now.type)) continue
    const old = before.find((one) => one.type === now.type)
    if (old === now) continue
    if (old?.status !== now.status)
      found.push(`${now.type} ${old ? `${old.status} → ` : ''}${now.status}${inBrackets(now.reason)}`)
    else if (old.reason !== now.reason)
      found.push(`${now.type} ${now.status} (${old.reason || 'no reason'} → ${now.reason || 'no reason'})`)
  }
  return found
}

/** How the containers of a pod that is gone ended, where they did not end well. */
export function lastWords(pod: Pod): string {
  const ended = pod.status.containerStatuses.flatMap(({ state, lastState }) => {
    const last = state.terminated ?? lastState.terminated
    return last && last.exitCode !== 0 ? [exitWords(last)] : []
  })
  return ended[0] ?? (pod.status.reason || '')
}

/** ContainersReady, Initialized and PodReadyToStartContainers follow from what the containers say. */
const podConditions = new Set(['Ready', 'PodScheduled', 'DisruptionTarget'])

function containerWords(before: Pod['status'], after: Pod['status']): string[] {
  const lists = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'] as const
  const several = lists.reduce((sum, list) => sum + after[list].length, 0) > 1
  return lists.flatMap((list) =>
    after[list].flatMap((now) => {
      const old = before[list].find((one) => one.name === now.name)
      const text = old === now ? '' : stateWords(old, now)
      return text === '' ? [] : [several ? `${now.name}: ${text}` : text]
    }),
  )
}

/** `CrashLoopBackOff, restart 4, exit 137 OOMKilled`. */
function stateWords(before: ContainerStatus | undefined, now: ContainerStatus): string {
  const { waiting, terminated, running } = now.state
  const words: string[] = []
  if (waiting && waiting.reason !== before?.state.waiting?.reason) words.push(waiting.reason || 'waiting')
  if (now.restartCount > (before?.restartCount ?? 0)) words.push(`restart ${now.restartCount}`)
  const ended = terminated ?? (words.length > 0 ? now.lastState.terminated : undefined)
  const known = before?.state.terminated
  if (ended && (ended !== known || words.length > 0) && waiting?.reason !== 'ContainerCreating')
    words.push(exitWords(ended))
  if (running && before && !before.state.running) words.push('running')
  return words.join(', ')
}

const exitWords = ({ exitCode, reason }: { exitCode: number; reason: string }): string =>
  exitCode === 0 && reason === 'Completed' ? reason : `exit ${exitCode}${reason ? ` ${reason}` : ''}`
const inBrackets = (text: string): string => (text === '' ? '' : ` (${text})`)
