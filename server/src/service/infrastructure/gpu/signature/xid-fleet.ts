import type { Signature } from '../../signature/signature.ts'
import type { GpuConfig } from '../config.ts'
import type { GpuDevice } from '../gpu-device.ts'
import { advice, documentation, gpuSignature, minute, seen } from '../sighting.ts'
import { applicationCodes } from '../xid-code.ts'
import { type XidEvent, xidEvents } from '../xid-event.ts'

export const fleetName = ({ driver }: Pick<GpuDevice, 'driver'>, code: number): string =>
  `${driver ?? 'unknown'}/XID ${code}`

/** An application that fails everywhere is the application; uncorrectable memory errors are each board's own. */
const notTheDriver: ReadonlySet<number> = new Set([...applicationCodes, 45, 48, 63, 64, 92, 94, 95, 140, 154])

export const xidFleetSignature = (config: GpuConfig): Signature =>
  gpuSignature({
    ...{ id: 'gpu-xid-fleet', analyzer: 'gpu-xid', severity: 'CRITICAL', kind: 'Driver' },
    condition: `The same XID on ${config.fleet_nodes_min} or more nodes within half an hour, all with one driver version.`,
    not_when: 'Faults of applications, and memory errors, which are each board’s own.',
    documentation_url: documentation.driver,
    *check(history) {
      const groups = new Map<string, Map<string, XidEvent>>()
      for (const event of xidEvents(history)) {
        const { device, code } = event
        if (device.driver === undefined || notTheDriver.has(code)) continue
        if (history.now.timeMs - event.atMs > config.xid_minutes * minute) continue
        const name = fleetName(device, code)
        const nodes = groups.get(name) ?? new Map<string, XidEvent>()
        groups.set(name, nodes.set(device.node, event))
      }
      for (const [name, nodes] of groups) {
        if (nodes.size < Math.max(2, config.fleet_nodes_min)) continue
        const events = [...nodes.values()]
        const [{ device, code }] = events as [XidEvent]
        yield {
          object: { kind: 'Driver', namespace: '', name },
          title: `XID ${code} on ${nodes.size} nodes, all with driver ${device.driver}: the driver is to be suspected rather than that many boards.`,
          ...{ sinceMs: Math.min(...events.map(({ atMs }) => atMs)), specificity: 0.98 },
          evidence: events
            .slice(0, 10)
            .map((event) =>
              seen(event.device, event.sample, `XID ${code} on ${event.device.node}`, event.atMs),
            ),
          remediation: [
            advice.say(
              'Compare with NVIDIA’s release notes of the driver, and roll it back or forward on one node first.',
            ),
            ...events.slice(0, 5).map(({ device: { node } }) => advice.cordon(node)),
          ],
        }
      }
    },
  })
