import type { Tone } from '../ui/badge.tsx'

const well = /^(Running|Available|Ready|Active|Bound|Complete|Completed|Succeeded|Healthy|PASS)$/
const waiting =
  /^(Pending|Progressing|ContainerCreating|PodInitializing|Init:\d+\/\d+|SchedulingGated|Released|WARNING|UNKNOWN|Unknown)$/
const still = /^(Terminating|Suspended|Cordoned|SchedulingDisabled)$/
const bad =
  /(Error|BackOff|Failed|Degraded|OOMKilled|Evicted|Lost|NotReady|Pressure|Unavailable|Invalid|CreateContainer|Deadline|FAIL|ERROR|NodeLost|StartError|ContainerCannotRun)/

/** The colour of a status as kubectl writes it; what is not known has none. */
export function statusTone(status: string): Tone {
  if (bad.test(status)) return 'critical'
  if (well.test(status)) return 'ok'
  if (waiting.test(status)) return 'medium'
  return still.test(status) ? 'info' : 'outline'
}
