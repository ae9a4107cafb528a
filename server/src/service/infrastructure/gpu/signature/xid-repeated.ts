import type { ReadingHistory, Signature } from '../../signature/signature.ts'
import type { GpuConfig } from '../config.ts'
import { indexOf, type PodName } from '../placement.ts'
import { advice, at, documentation, gpuSignature, seen, spoken } from '../sighting.ts'
import { applicationCodes } from '../xid-code.ts'
import { type XidEvent, xidEvents } from '../xid-event.ts'

/** Application faults of different jobs on one GPU: the GPU is what they have in common. */
export const xidRepeatedSignature = (config: GpuConfig): Signature =>
  gpuSignature({
    ...{ id: 'gpu-xid-application-repeated', analyzer: 'gpu-xid', severity: 'HIGH' },
    condition: `Application faults (XID ${applicationCodes.join(', ')}) of ${config.application_jobs_min} or more different jobs on the same GPU.`,
    not_when: 'One job that fails again and again: that is the job.',
    documentation_url: documentation.xid,
    consequenceOf: ['gpu-xid-79', 'gpu-xid-48', 'gpu-xid-95', 'gpu-xid-64', 'gpu-xid-140'],
    *check(history) {
      const byGpu = new Map<string, Map<string, XidEvent>>()
      for (const event of xidEvents(history)) {
        if (!applicationCodes.includes(event.code) || !event.owner) continue
        const jobs = byGpu.get(event.device.uuid) ?? new Map<string, XidEvent>()
        byGpu.set(event.device.uuid, jobs.set(jobOf(event.owner, history), event))
      }
      for (const jobs of byGpu.values()) {
        if (jobs.size < Math.max(2, config.application_jobs_min)) continue
        const events = [...jobs.values()]
        const [{ device }] = events as [XidEvent]
        yield {
          ...at(device),
          title: `${spoken(device)}: ${jobs.size} different jobs failed on it with application faults, which points to the GPU.`,
          ...{ sinceMs: Math.min(...events.map(({ atMs }) => atMs)), specificity: 0.8 },
          evidence: [...jobs].map(([job, { sample, code, atMs }]) =>
            seen(device, sample, `XID ${code} while given to ${job}`, atMs),
          ),
          remediation: [advice.cordon(device.node), advice.reset(device)],
        }
      }
    },
  })

/** The workload of a pod; where the cluster does not tell, its name without what its controller puts behind it. */
function jobOf({ namespace, pod }: PodName, { inventory }: ReadingHistory): string {
  const owner = indexOf(inventory).pods.get(`${namespace}/${pod}`)?.owner
  return owner
    ? `${namespace}/${owner.kind}/${owner.name}`
    : `${namespace}/${pod.replace(/(-[a-f0-9]{8,10})?-[a-z0-9]{5}$|-\d{1,5}$/, '')}`
}
