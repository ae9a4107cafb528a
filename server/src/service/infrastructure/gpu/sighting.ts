import type { FindingEvidence, FindingRule, ObjectRef } from '@aiops/contract/model/finding'
import type { Labels } from '@aiops/contract/model/label'
import { isoTime } from '../../../kernel/clock.ts'
import type { Sample } from '../index.ts'
import type { ReadingHistory, Signature } from '../signature/signature.ts'
import { type GpuDevice, smiSource } from './gpu-device.ts'
import { fieldOfMetric } from './nvidia-smi.ts'

/** Pages of NVIDIA on which the rules rest. */
export const documentation = {
  xid: 'https://docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html',
  memory: 'https://docs.nvidia.com/deploy/a100-gpu-mem-error-mgmt/index.html',
  retirement: 'https://docs.nvidia.com/deploy/dynamic-page-retirement/index.html',
  fields: 'https://docs.nvidia.com/datacenter/dcgm/latest/dcgm-api/dcgm-api-field-ids.html',
  dcgm: 'https://docs.nvidia.com/datacenter/dcgm/latest/user-guide/feature-overview.html',
  exporter: 'https://docs.nvidia.com/datacenter/cloud-native/gpu-telemetry/latest/dcgm-exporter.html',
  operator: 'https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/troubleshooting.html',
  mig: 'https://docs.nvidia.com/datacenter/tesla/mig-user-guide/index.html',
  driver: 'https://docs.nvidia.com/datacenter/tesla/drivers/index.html',
}

type GpuRule = Omit<Signature, 'area' | 'kind' | 'alert_name'> &
  Partial<Pick<FindingRule, 'kind' | 'alert_name'>>

export const gpuSignature = (rule: GpuRule): Signature => ({
  ...{ area: 'GPU', kind: 'GPU', alert_name: null, consequenceOf: [] },
  ...rule,
})

export const minute = 60_000

/** Name of a GPU as an object of findings: its index may change when another falls off the bus, its UUID does not. */
export const gpuName = ({ node, uuid }: Pick<GpuDevice, 'node' | 'uuid'>): string => `${node}/${uuid}`
export const gpuRef = (device: Pick<GpuDevice, 'node' | 'uuid'>): ObjectRef => ({
  ...{ kind: 'GPU', namespace: '', name: gpuName(device) },
})
export const nodeRef = (name: string): ObjectRef => ({ kind: 'Node', namespace: '', name })

/** As a reader calls it. */
export const spoken = ({ index, model, node }: GpuDevice): string => `GPU ${index} (${model}) of ${node}`

/** What every sighting of a GPU has in common. */
export const at = (device: GpuDevice) => ({
  ...{ object: gpuRef(device), parent: nodeRef(device.node), within: [nodeRef(device.node)] },
})

/** A sample as evidence, with a query that gives it again. */
export function seen(device: GpuDevice, sample: Sample, text: string, timeMs: number): FindingEvidence {
  return {
    ...{
      kind: 'METRIC',
      object: gpuRef(device),
      source: selectorOf(sample.labels),
      text,
      at: isoTime(timeMs),
    },
  }
}

const telling = [
  'UUID',
  'uuid',
  'gpu',
  'Hostname',
  'GPU_I_ID',
  'xid',
  'clock_event',
  'nvlink',
  'instance',
  'job',
]

/** A PromQL selector; of nvidia-smi, the question to it. */
export function selectorOf(labels: Labels): string {
  const metric = labels.__name__ ?? ''
  if (labels.source === smiSource)
    return `nvidia-smi ${fieldOfMetric[metric] ? `--query-gpu=${fieldOfMetric[metric]}` : '-q'} -i ${labels.UUID}`
  const known =
    labels.UUID === undefined && labels.uuid === undefined
      ? telling
      : telling.filter((n) => n !== 'instance' && n !== 'job')
  const matchers = known.flatMap((name) =>
    labels[name] === undefined ? [] : [`${name}=${JSON.stringify(labels[name])}`],
  )
  return `${metric}{${matchers.join(',')}}`
}

/** Labels come from outside: a name that a shell would read otherwise is put into no command. */
const isPlain = (name: string): boolean => /^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/.test(name)

type Step = { text: string; command: string | null }
const step = (text: string, command: (name: string) => string, name: string): Step => ({
  ...{ text, command: isPlain(name) ? command(name) : null },
})

export const advice = {
  cordon: (node: string) =>
    step(
      'Keep new pods away from the node; without --dry-run it takes effect.',
      (name) => `kubectl cordon ${name} --dry-run=server`,
      node,
    ),
  drain: (node: string) =>
    step(
      'Move its pods elsewhere.',
      (name) => `kubectl drain ${name} --ignore-daemonsets --delete-emptydir-data --dry-run=server`,
      node,
    ),
  describe: (node: string) =>
    step('Look at what the node offers and who uses it.', (name) => `kubectl describe node ${name}`, node),
  exporter: (node: string) =>
    step(
      'Look at the exporter’s pods of the node.',
      (name) => `kubectl get pods -A -o wide --field-selector spec.nodeName=${name}`,
      node,
    ),
  logs: ({ namespace, pod }: { namespace: string; pod: string }) => ({
    text: `Tell the owner of ${namespace}/${pod}; its log shows what it did.`,
    command: isPlain(namespace) && isPlain(pod) ? `kubectl logs -n ${namespace} ${pod} --tail=100` : null,
  }),
  reset: (device: GpuDevice) => ({
    text: `When nothing runs on it, reset GPU ${device.index} (nvidia-smi --gpu-reset), or restart the node. Look at its state first.`,
    command: isPlain(device.uuid) ? `nvidia-smi -q -i ${device.uuid}` : null,
  }),
  say: (text: string): Step => ({ text, command: null }),
}

/** Two places at most. */
export const figure = (value: number): string => String(Math.round(value * 100) / 100)

/** Since when a condition has held, on the time axis. */
export const sinceOf = (history: ReadingHistory, heldMs: number): number => history.now.timeMs - heldMs
