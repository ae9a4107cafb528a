import type { Container, Pod } from '../object/pod.ts'
import { quantityOf } from '../object/quantity.ts'

/**
 * What the scheduler sets aside for a pod of one resource, in cores, bytes or pieces: the larger of what its main containers and sidecars
 * ask for together, and of each init container with the sidecars that were started before it; and the overhead of its runtime class.
 * What is asked for the pod as a whole stands for the sum.
 * https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 * Containers that are being resized in place count with what their spec asks for.
 */
export function requestOf({ spec }: Pick<Pod, 'spec'>, resource: string): number {
  const overhead = amount(spec.overhead, resource)
  const whole = spec.resources?.requests
  if (whole && Object.hasOwn(whole, resource)) return amount(whole, resource) + overhead
  let [sidecars, largestInit] = [0, 0]
  for (const container of spec.initContainers) {
    const asked = ofContainer(container, resource)
    if (container.restartPolicy === 'Always') {
      sidecars += asked
      largestInit = Math.max(largestInit, sidecars)
    } else largestInit = Math.max(largestInit, sidecars + asked)
  }
  const main = spec.containers.reduce((sum, container) => sum + ofContainer(container, resource), 0)
  return Math.max(main + sidecars, largestInit) + overhead
}

function ofContainer({ resources }: Container, resource: string): number {
  return amount(resources.requests, resource)
}

/** 0 where there is none, or what is none. */
export function amount(quantities: Readonly<Record<string, string>> | undefined, resource: string): number {
  if (!quantities || !Object.hasOwn(quantities, resource)) return 0
  const text = quantities[resource] ?? ''
  let value = read.get(text)
  if (value === undefined) {
    const given = quantityOf(text)
    value = Number.isFinite(given) ? given : 0
    if (read.size >= readMax) read.clear()
    read.set(text, value)
  }
  return value
}

/** Thousands of pods ask for the same few amounts, and reading one takes ten times as long as finding it. */
const read = new Map<string, number>()
const readMax = 4_096
