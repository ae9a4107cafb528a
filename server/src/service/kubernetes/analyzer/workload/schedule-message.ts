import { readable } from '../evidence.ts'
import { advice } from '../kubectl.ts'

export type SchedulingPart = {
  /** Nodes that this holds for; undefined where the scheduler names no number. */
  count: number | undefined
  text: string
  /** Resource that is lacking, as `nvidia.com/gpu`. */
  resource: string | undefined
  /** Whether that is a device or huge pages, which few nodes have. */
  device: boolean
}

/**
 * `0/5 nodes are available: 3 Insufficient cpu, 2 node(s) had untolerated taint {a: b}. preemption: …` in its parts. A comma within braces
 * belongs to a taint. What is said of preemption follows from the rest and is left out.
 */
export function partsOf(message: string): SchedulingPart[] {
  const [, list = readable(message)] = /^0\/\d+ nodes are available:\s*(.*)$/s.exec(readable(message)) ?? []
  const [reasons = ''] = list.split(/\.?\s*preemption:/)
  return splitOutside(reasons.replace(/\.\s*$/, ''))
    .slice(0, partsMax)
    .map(partOf)
    .filter(({ text }) => text !== '')
}

const partsMax = 12
const common: ReadonlySet<string> = new Set(['cpu', 'memory', 'pods', 'ephemeral-storage'])

function partOf(piece: string): SchedulingPart {
  const [, number, rest = piece] = /^\s*(\d+)\s+(.*)$/s.exec(piece) ?? []
  const text = rest.trim().replace(/^node\(s\) /, '')
  const [, resource] = /^Insufficient (\S+)$/.exec(text) ?? []
  return {
    count: number === undefined ? undefined : Number(number),
    text,
    resource,
    device: resource !== undefined && !common.has(resource),
  }
}

function splitOutside(text: string): string[] {
  const pieces: string[] = []
  let [start, depth] = [0, 0]
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (char === '{') depth += 1
    else if (char === '}') depth = Math.max(0, depth - 1)
    else if (char === ',' && depth === 0) {
      pieces.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...pieces, text.slice(start)].map((piece) => piece.trim())
}

const allocatable = (resource: string): string =>
  `kubectl get nodes -o custom-columns='NAME:.metadata.name,ALLOCATABLE:.status.allocatable.${resource.replaceAll('.', '\\.')}'`

/** What to do, by what the scheduler says. */
export function resourceRemedies(parts: readonly SchedulingPart[]): ReturnType<typeof advice>[] {
  const found: ReturnType<typeof advice>[] = []
  for (const { text, resource, device } of parts) {
    if (resource && device && /^[\w./-]+$/.test(resource)) {
      const text = resource.startsWith('hugepages-')
        ? `See which nodes have ${resource}: huge pages are set aside when a node starts, by its kernel arguments or performance profile.`
        : `See which nodes offer ${resource}: where it is empty or 0 the device plug-in does not run there, or the device has failed.`
      found.push(advice(text, allocatable(resource)))
    } else if (resource) {
      found.push(
        advice(
          `Compare the pod's ${resource} request with what is left on the nodes; lower the request, or add a node.`,
          'kubectl describe nodes',
        ),
      )
    } else if (/taint/.test(text)) {
      found.push(
        advice(
          'Compare the taints of the nodes with the pod’s tolerations; a taint that speaks of a fault goes away with it.',
          "kubectl get nodes -o custom-columns='NAME:.metadata.name,TAINTS:.spec.taints[*].key'",
        ),
      )
    } else if (/unschedulable/.test(text)) {
      found.push(
        advice('Some nodes are cordoned; see whether their maintenance is over.', 'kubectl get nodes'),
      )
    } else if (/affinity|selector|topology spread/.test(text)) {
      found.push(
        advice(
          'Compare the pod’s node selector and affinities with the nodes’ labels.',
          'kubectl get nodes --show-labels',
        ),
      )
    } else if (/persistentvolumeclaim|volume/i.test(text)) {
      found.push(
        advice('See whether the claims of the pod are bound, and in which zone.', 'kubectl get pvc,pv -A'),
      )
    }
  }
  return found.filter((one, i) => found.findIndex(({ text }) => text === one.text) === i).slice(0, 5)
}
