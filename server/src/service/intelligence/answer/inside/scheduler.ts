import { counted, listed } from '../words.ts'

/** Why the scheduler places a pod nowhere, as its message counts the nodes. */
export type Unschedulable = {
  /** `0/4 nodes are available`: nodes that it looked at. */
  nodes: number
  reasons: { count: number; reason: string }[]
}

/**
 * Reads kube-scheduler's message (`framework.FitError`): `0/4 nodes are available: 1 node(s) had untolerated taint {a: }, 3 Insufficient cpu.
 * preemption: …`. What follows `preemption:` is about making room, and is left out. Undefined for another message.
 */
export function readUnschedulable(message: string): Unschedulable | undefined {
  const head = /\b(\d{1,6})\/(\d{1,6}) nodes are available:?\s*/.exec(message.slice(0, messageMax))
  if (!head) return undefined
  const rest = message.slice(head.index + head[0].length, messageMax).split(/\.?\s*preemption:/)[0]!
  const reasons: Unschedulable['reasons'] = []
  // A taint's value may hold commas: only a comma before another count parts two reasons.
  for (const part of rest.split(/,\s+(?=\d{1,6} )/)) {
    const found = /^(\d{1,6}) (.+?)\.?\s*$/s.exec(part.trim())
    if (found && reasons.length < reasonsMax)
      reasons.push({ count: Number(found[1]), reason: found[2]!.slice(0, 300) })
  }
  return { nodes: Number(head[2]), reasons: reasons.sort((a, b) => b.count - a.count) }
}

const messageMax = 8_000
const reasonsMax = 20

/** `none of 4 nodes can take it: 3 have too little free nvidia.com/gpu, and 1 has the taint … that it does not tolerate`. */
export function unschedulableText({ nodes, reasons }: Unschedulable): string {
  const said = reasons.map(({ count, reason }) => `${count} ${reasonText(reason, count)}`)
  return `none of ${counted(nodes, 'node')} can take it${said.length === 0 ? '' : `: ${listed(said, 6)}`}`
}

function reasonText(reason: string, count: number): string {
  const [has, is] = count === 1 ? ['has', 'is'] : ['have', 'are']
  const short = /^Insufficient (\S+)$/.exec(reason)?.[1]
  if (short === 'memory' || short === 'cpu')
    return `${has} too little ${short === 'cpu' ? 'CPU' : short} left (Insufficient ${short})`
  if (short) return `${has} too little ${short} left (Insufficient ${short})`
  const taint = /^node\(s\) had untolerated taint(?:\(s\))?(?: \{(.*)\})?$/.exec(reason)
  if (taint)
    return `${has} a taint that it does not tolerate${taint[1] ? ` (${taint[1].replace(/:?\s*$/, '')})` : ''}`
  if (/^Too many pods$/.test(reason)) return `${has} no room for more pods (Too many pods)`
  if (/didn't match Pod's node affinity\/selector/.test(reason))
    return `${is} not what its node selector or affinity asks for`
  if (/unschedulable/.test(reason)) return `${is} closed to new pods`
  if (/had volume node affinity conflict/.test(reason)) return `${is} where its volume cannot be used`
  if (/didn't match pod (?:anti-)?affinity rules/i.test(reason))
    return `${is} ruled out by its affinity to other pods`
  if (/didn't match pod topology spread constraints/i.test(reason))
    return `${is} ruled out by its topology spread`
  if (/didn't have free ports/.test(reason)) return `${has} its host port in use`
  if (/unbound immediate PersistentVolumeClaims/.test(reason))
    return `${is} of no use, for a volume claim of it is not bound`
  return `${is} ruled out (${reason.replace(/^node\(s\) /, '')})`
}
