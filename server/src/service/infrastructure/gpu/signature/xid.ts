import type { ReadingHistory, Sighting, Signature } from '../../signature/signature.ts'
import type { GpuConfig } from '../config.ts'
import { advice, at, documentation, gpuSignature, minute, seen, spoken } from '../sighting.ts'
import { knownCodes, type XidAction, type XidClass, xidClasses } from '../xid-code.ts'
import { type XidEvent, xidEvents } from '../xid-event.ts'
import { fleetName } from './xid-fleet.ts'

/** One signature for each class of XIDs, and one for codes that have none. */
export const xidSignatures = (config: GpuConfig): Signature[] => [
  ...xidClasses.map((one) => signatureOf(one, config)),
  signatureOf(other, config),
]

const other: XidClass = {
  ...{ rule: 'gpu-xid-other', codes: [], name: 'XID' },
  ...{ severity: 'LOW', action: 'WATCH', specificity: 0.3 },
  text: 'NVIDIA’s catalogue says what it means for this generation of boards',
  consequenceOf: ['gpu-xid-79', 'gpu-xid-48', 'gpu-xid-95', 'gpu-xid-gsp', 'gpu-xid-microcontroller'],
  notWhen: 'The register holds the last code for good: only its change counts.',
}

function signatureOf(one: XidClass, config: GpuConfig): Signature {
  const codes = new Set(one.codes)
  const name = one.codes.length > 0 ? `XID ${one.codes.join(', ')}` : 'Any other XID'
  return gpuSignature({
    ...{ id: one.rule, analyzer: 'gpu-xid', severity: one.severity },
    condition: `${name}: ${one.name}; the register changed to it, or the exporter counted it.`,
    ...{ not_when: one.notWhen, documentation_url: documentation.xid, consequenceOf: one.consequenceOf },
    *check(history) {
      const newest = new Map<string, XidEvent>()
      for (const event of xidEvents(history)) {
        if (codes.size > 0 ? !codes.has(event.code) : knownCodes.has(event.code)) continue
        const recent = history.now.timeMs - event.atMs <= config.xid_minutes * minute
        // What only a reset mends is not over before one; then the register is cleared.
        if (recent || (event.stays && lasting.has(one.action)))
          newest.set(`${event.device.uuid} ${event.code}`, event)
      }
      for (const event of newest.values()) yield sightingOf(one, event, history)
    },
  })
}

const lasting: ReadonlySet<XidAction> = new Set(['DRAIN', 'POWER_CYCLE', 'RESET_LATER'])

function sightingOf(one: XidClass, event: XidEvent, { now, fromMs }: ReadingHistory): Sighting {
  const { device, code, owner } = event
  const message = event.sample.labels.err_msg
  const whose = owner ? `, then given to ${owner.namespace}/${owner.pod}` : ''
  return {
    ...at(device),
    within: [...at(device).within, { kind: 'Driver', namespace: '', name: fleetName(device, code) }],
    title: `${spoken(device)} had XID ${code} (${one.name}): ${one.text}${whose}.`,
    // A change at the very beginning is known from the store, and not when it was.
    sinceMs: event.atMs - fromMs <= 1 ? undefined : event.atMs,
    ...{ specificity: one.specificity, discriminator: String(code) },
    evidence: [
      seen(
        device,
        event.sample,
        `XID ${code}${message ? `, ${message.slice(0, 200)}` : ''}, value ${event.sample.value}${event.stays ? ', still in the register' : ''}`,
        Math.min(event.atMs, now.timeMs),
      ),
    ],
    remediation: remediationOf(one.action, event),
  }
}

function remediationOf(action: XidAction, { device, owner }: XidEvent): Sighting['remediation'] {
  const { node } = device
  const kernel = advice.say('Look for its NVRM: Xid lines in the node’s kernel log; they name the process.')
  switch (action) {
    case 'OWNER':
      return [...(owner ? [advice.logs(owner)] : []), kernel]
    case 'NONE':
      return [kernel]
    case 'RESET_LATER':
      return [advice.cordon(node), advice.reset(device)]
    case 'DRAIN':
      return [
        advice.cordon(node),
        advice.drain(node),
        advice.reset(device),
        advice.say('If it comes back after a reset, have the board serviced.'),
      ]
    case 'POWER_CYCLE':
      return [
        ...[advice.cordon(node), advice.drain(node)],
        advice.say(
          'Turn the node off and on; a restart alone may not bring the GPU back. If it happens again, replace the board.',
        ),
      ]
    case 'AS_STATED':
      return [
        advice.say(
          'The message of the XID states the recovery action: none, reset of the GPU, restart of the node, drain.',
        ),
        kernel,
      ]
    default:
      return [advice.describe(node), kernel]
  }
}
