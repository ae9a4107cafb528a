import type { Container, ContainerStatus, Pod } from '../../object/pod.ts'
import type { ClusterView } from '../../view.ts'
import { hour, minute, msOf } from '../evidence.ts'

export type ContainerState = {
  status: ContainerStatus
  spec: Container | undefined
  /** A sidecar is an init container that goes on running. */
  role: 'container' | 'init container' | 'sidecar'
}

/** Containers whose state says how the pod is: ephemeral ones are a person's, who sees them. */
export function containersOf(pod: Pod): ContainerState[] {
  const init = pod.status.initContainerStatuses.map((status): ContainerState => {
    const spec = pod.spec.initContainers.find(({ name }) => name === status.name)
    return { status, spec, role: spec?.restartPolicy === 'Always' ? 'sidecar' : 'init container' }
  })
  const main = pod.status.containerStatuses.map(
    (status): ContainerState => ({
      status,
      spec: pod.spec.containers.find(({ name }) => name === status.name),
      role: 'container',
    }),
  )
  return [...init, ...main]
}

/** Runs, is ready, never restarted, stays: no rule about faults of pods has anything to say of it. Cheap, since most pods are so. */
export function isPlain(pod: Pod): boolean {
  const { status, metadata } = pod
  if (status.phase !== 'Running' || metadata.deletionTimestamp !== undefined) return false
  for (const one of status.containerStatuses) {
    if (one.ready !== true || one.restartCount > 0 || one.state.waiting || one.state.terminated) return false
  }
  for (const one of status.initContainerStatuses) if (one.restartCount > 0 || one.state.waiting) return false
  for (const one of status.conditions) if (one.type === 'Ready' && one.status !== 'True') return false
  return status.containerStatuses.length > 0
}

export const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined

export const ownerKind = (pod: Pod): string =>
  pod.metadata.ownerReferences.find(({ controller }) => controller)?.kind ?? ''

export type Ending = NonNullable<ContainerStatus['state']['terminated']>

/** How the container ended last; undefined where it has not. */
export const lastEnding = ({ state, lastState }: ContainerStatus): Ending | undefined =>
  state.terminated ?? lastState.terminated

export const endedWithin = (view: ClusterView, ending: Ending | undefined, spanMs: number): boolean => {
  const at = msOf(ending?.finishedAt)
  return at !== undefined && view.timeMs - at <= spanMs
}

/** Within this a past ending still speaks of now. */
export const recentMs = hour
/** What lasts no longer than this is told by nobody: images are pulled, probes have their turns. */
export const settleMs = minute

const meaning: Readonly<Record<number, string>> = {
  1: 'the program gave up with a general error',
  2: 'the program was called wrongly, or a shell could not read its script',
  125: 'the container could not be run',
  126: 'the command is there but cannot be executed: no permission, or another architecture',
  127: 'the command was not found in the image',
  128: 'the program ended with an exit code that is none',
  255: 'the program ended with an exit code out of range, often a failed entrypoint or a lost runtime',
}
const signalName: Readonly<Record<number, string>> = {
  1: 'SIGHUP: its terminal went away',
  2: 'SIGINT: it was interrupted',
  3: 'SIGQUIT: it was told to quit with a dump',
  4: 'SIGILL: an instruction this processor does not have, often an image built for another one',
  6: 'SIGABRT: it aborted itself, as on a failed assertion',
  7: 'SIGBUS: it touched memory that is not there, as a full /dev/shm or a lack of huge pages',
  8: 'SIGFPE: it divided by zero or the like',
  9: 'SIGKILL: it was killed, by the memory limit or because it did not stop within its grace period',
  11: 'SIGSEGV: it touched memory it may not',
  13: 'SIGPIPE: it wrote to a closed connection',
  15: 'SIGTERM: it was told to stop and did, so who told it is the question',
}

/** Exit codes above 128 are a signal's, as shells have it. */
export function meaningOfExit({
  exitCode,
  signal,
  reason,
}: Pick<Ending, 'exitCode' | 'signal' | 'reason'>): string {
  if (reason === 'OOMKilled') return 'it used more memory than its limit'
  if (exitCode === 0) return 'it ended well, though it should go on running'
  const by = signal || (exitCode > 128 && exitCode < 193 ? exitCode - 128 : 0)
  if (by > 0) return signalName[by] ?? `signal ${by}`
  return meaning[exitCode] ?? 'the program ended with an error code of its own'
}
