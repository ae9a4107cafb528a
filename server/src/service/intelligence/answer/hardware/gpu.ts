import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { type Answerer, type Found, type OutputOf, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { stepText } from '../inside/node-list.ts'
import { isUnseen, isYesNo, placeOf, wordsOf } from '../inside/place.ts'
import { counted, listed, measured, rounded } from '../words.ts'

type Gpu = OutputOf<'get_gpu_nodes'>['gpus'][number]
type Finding = OutputOf<'list_findings'>['findings'][number]
type Seen = {
  gpu: Gpu
  record: EvidenceRecord | undefined
  findings: { finding: Finding; record: EvidenceRecord | undefined }[]
}

/** GPU: how they are, which run hot, which are free, who uses one. */
export const gpus: Answerer = {
  intent: 'GPU',
  plan(situation) {
    const { cluster_ids, node } = placeOf(situation)
    return [
      planned('get_gpu_nodes', { cluster_ids, node }),
      planned('list_findings', { cluster_ids, area: ['GPU'], limit: 200 }),
      ...(node ? [] : [planned('get_gpu_summary', { cluster_ids })]),
      ...(aspectOf(situation) === 'USE' ? [planned('get_gpu_processes', { cluster_ids, node })] : []),
    ]
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    const place = placeOf(situation)
    if (isUnseen(writer, found, 'get_gpu_nodes', 'GPUs', place)) return writer.draft
    const call = found.of('get_gpu_nodes')!.call.id
    const all = seenGpus(found)
    const named = gpuNamed(situation)
    const seen = named === undefined ? all : all.filter(({ gpu }) => gpu.index === named)
    if (seen.length === 0) {
      writer.headline(`No GPU${named === undefined ? '' : ` ${named}`}${place.text} is known.`, call)
      writer.caveat('GPUs are seen where a DCGM exporter reports them, or nvidia-smi can be asked.', call)
      return writer.draft
    }
    const aspect = aspectOf(situation)
    if (aspect === 'HEAT') sayHeat(writer, situation, seen, call)
    else if (aspect === 'FREE') sayFree(writer, seen, found, call)
    else if (aspect === 'USE') sayUse(writer, situation, seen, found)
    else if (aspect === 'BUSY') sayBusy(writer, seen, call)
    else sayState(writer, seen, found, place.text, call)
    tableOf(writer, situation, seen)
    sayFindings(writer, seen, aspect)
    const stale = seen.filter(({ gpu }) => gpu.stale)
    if (stale.length > 0)
      writer.caveat(
        `Figures of ${listed([...new Set(stale.map(({ gpu }) => gpu.node_name))])} are older than is due.`,
        stale.map(({ record }) => record),
      )
    const [worst] = seen
    if (aspect !== 'FREE') writer.suggest('Do we have a free GPU?')
    if (aspect !== 'HEAT') writer.suggest('Is any GPU overheating?')
    if (aspect !== 'USE') writer.suggest(`Who is using the GPU memory on ${worst?.gpu.node_name}?`)
    return writer.draft
  },
}

type Aspect = 'HEAT' | 'FREE' | 'USE' | 'BUSY' | 'STATE'
function aspectOf(situation: Situation): Aspect {
  const text = wordsOf(situation)
  if (/\bhot(ter|test)?\b|heat|temperature|throttl|cool(ing|er)?\b|degrees|°c|celsius/i.test(text))
    return 'HEAT'
  if (/\bfree\b|\bavailable\b|\bidle\b|\bunused\b|\bspare\b|\bunallocated\b|\bwast/i.test(text)) return 'FREE'
  if (
    /\bwho\b|\bwhich (pod|process|workload)|process|\bus(es|ing)\b|\bhold(s|ing)?\b|\bruns? on\b/i.test(text)
  )
    return 'USE'
  return /\butili[sz]ation\b|\bbusy\b|\bload(ed)?\b/i.test(text) ? 'BUSY' : 'STATE'
}

/** `GPU 1`; undefined where none is named. */
const gpuNamed = ({ question: { text } }: Situation): number | undefined => {
  const index = /\bgpu\s*#?(\d{1,3})\b/i.exec(text)?.[1]
  return index === undefined ? undefined : Number(index)
}

function seenGpus(found: Found): Seen[] {
  const findings = (found.output('list_findings')?.findings ?? []).map((finding, i) => ({
    ...{ finding, record: found.record('list_findings', i) },
  }))
  return (found.output('get_gpu_nodes')?.gpus ?? []).map((gpu, i) => ({
    ...{ gpu, record: found.record('get_gpu_nodes', i) },
    findings: findings.filter(
      ({ finding: { object, cluster_id } }) =>
        cluster_id === gpu.cluster_id && object.name === `${gpu.node_name}/${gpu.uuid}`,
    ),
  }))
}

const gpuName = ({ index, node_name }: Gpu): string => `GPU ${index} of ${node_name}`
const citesOf = (seen: readonly Seen[]): (EvidenceRecord | undefined)[] =>
  seen.slice(0, 5).flatMap(({ record, findings }) => [record, findings[0]?.record])

/** `GPU 1 of worker-2: utilisation 98 %, 70,000 of 81,920 MiB of memory used, 91 °C, WARNING` */
function stateText({ gpu }: Seen): string {
  const { memory_used_mb: used, memory_total_mb: whole } = gpu
  const parts = [
    gpu.utilization_gpu_percent === null
      ? 'utilisation not told'
      : `utilisation ${measured(gpu.utilization_gpu_percent, '%')}`,
    used === null
      ? ''
      : `${rounded(used)}${whole === null ? '' : ` of ${rounded(whole)}`} MiB of memory used`,
    gpu.temperature_celsius === null ? '' : measured(gpu.temperature_celsius, 'Cel'),
    gpu.pod === null
      ? gpu.mig_instances.length > 0
        ? `${counted(gpu.mig_instances.length, 'MIG instance')}`
        : 'not allocated'
      : `allocated to pod ${gpu.pod}`,
    gpu.health === 'OK' || gpu.health === 'UNKNOWN' ? '' : gpu.health,
  ]
  return `${gpuName(gpu)}: ${parts.filter((part) => part !== '').join(', ')}`
}

function sayState(
  writer: DraftWriter,
  seen: readonly Seen[],
  found: Found,
  where: string,
  call: string,
): void {
  const bad = seen.filter(
    ({ gpu, findings }) => gpu.health === 'CRITICAL' || gpu.health === 'WARNING' || findings.length > 0,
  )
  const summary = found.output('get_gpu_summary')
  const nodes = new Set(seen.map(({ gpu }) => `${gpu.cluster_id}/${gpu.node_name}`)).size
  const held = seen.filter(({ gpu }) => gpu.pod !== null).length
  writer.headline(
    seen.length === 1 && seen[0]
      ? `${stateText(seen[0])}.`
      : `${counted(seen.length, 'GPU')}${where || ` on ${counted(nodes, 'node')}`}, ${held} allocated; ${
          bad.length === 0
            ? 'none is reported as unhealthy'
            : `${bad.length === 1 ? 'one needs' : `${bad.length} need`} attention: ${listed(
                bad.map(({ gpu, findings }) =>
                  findings[0] ? withoutEnd(findings[0].finding.title) : `${gpuName(gpu)} is ${gpu.health}`,
                ),
                3,
              )}`
        }.`,
    [call, ...citesOf(bad.length > 0 ? bad : seen)],
  )
  if (seen.length > 1) for (const one of seen.slice(0, 4)) writer.say(`${stateText(one)}.`, one.record)
  const mean = summary?.avg_utilization_percent ?? null
  if (summary && mean !== null && summary.total_gpus > 1)
    writer.say(
      `All together: mean utilisation ${measured(mean, '%')}, ${rounded(summary.memory_used_mb)} of ${rounded(summary.memory_total_mb)} MiB of memory used${summary.power_draw_watts === null ? '' : `, ${rounded(summary.power_draw_watts)} W`}.`,
      found.record('get_gpu_summary', 0),
    )
}

function sayHeat(writer: DraftWriter, situation: Situation, seen: readonly Seen[], call: string): void {
  const known = seen
    .filter(({ gpu }) => gpu.temperature_celsius !== null)
    .sort((a, b) => (b.gpu.temperature_celsius ?? 0) - (a.gpu.temperature_celsius ?? 0))
  const hot = seen.filter(({ findings }) => findings.some(({ finding }) => isHeat(finding)))
  const [hottest] = known
  if (!hottest) {
    writer.headline('No GPU tells its temperature.', call)
    return
  }
  const yes = isYesNo(situation)
  const text = `${gpuName(hottest.gpu)} is the hottest, at ${measured(hottest.gpu.temperature_celsius ?? 0, 'Cel')}`
  writer.headline(
    hot.length === 0
      ? `${yes ? 'No: no' : 'No'} GPU is reported as too hot; ${text}.`
      : `${yes ? 'Yes: ' : ''}${listed(
          hot.map((one) => `${gpuName(one.gpu)} is at ${measured(one.gpu.temperature_celsius ?? 0, 'Cel')}`),
          5,
        )}: ${withoutEnd(hot[0]!.findings.find(({ finding }) => isHeat(finding))!.finding.title)}.`,
    hot.length === 0 ? [call, hottest.record] : citesOf(hot),
  )
  const others = known.filter((one) => !hot.includes(one)).slice(0, 3)
  if (hot.length > 0 && others.length > 0)
    writer.say(
      `The others: ${listed(others.map(({ gpu }) => `${gpuName(gpu)} at ${measured(gpu.temperature_celsius ?? 0, 'Cel')}`))}.`,
      others.map(({ record }) => record),
    )
}
const isHeat = ({ rule, title }: Finding): boolean =>
  /thermal|temperature|hot/.test(rule) || /°C|heat/.test(title)

function sayBusy(writer: DraftWriter, seen: readonly Seen[], call: string): void {
  const known = seen
    .filter(({ gpu }) => gpu.utilization_gpu_percent !== null)
    .sort((a, b) => (b.gpu.utilization_gpu_percent ?? 0) - (a.gpu.utilization_gpu_percent ?? 0))
  const text = ({ gpu }: Seen): string =>
    `${gpuName(gpu)} ${measured(gpu.utilization_gpu_percent ?? 0, '%')}${gpu.pod === null ? ' (not allocated)' : ` (pod ${gpu.pod})`}`
  writer.headline(
    known.length === 0 ? 'No GPU tells its utilisation.' : `Utilisation: ${listed(known.map(text), 5)}.`,
    known.length === 0 ? call : known.slice(0, 5).map(({ record }) => record),
  )
}

function sayFree(writer: DraftWriter, seen: readonly Seen[], found: Found, call: string): void {
  const free = seen.filter(({ gpu }) => gpu.pod === null && gpu.mig_instances.length === 0)
  writer.headline(
    free.length === 0
      ? `No: all ${counted(seen.length, 'GPU')} are allocated.`
      : `Yes: ${free.length} of ${counted(seen.length, 'GPU')} ${free.length === 1 ? 'is' : 'are'} not allocated: ${listed(
          free.map(({ gpu }) => gpuName(gpu)),
          5,
        )}.`,
    free.length === 0 ? [call, ...citesOf(seen)] : citesOf(free),
  )
  for (const one of free.slice(0, 3)) writer.say(`${stateText(one)}.`, one.record)
  const idle = found.output('get_gpu_summary')?.idle_allocated_gpus
  if (idle)
    writer.say(
      `${counted(idle, 'GPU')} ${idle === 1 ? 'is' : 'are'} allocated and next to idle for 30 minutes.`,
      found.record('get_gpu_summary', 0),
    )
}

function sayUse(writer: DraftWriter, { persona }: Situation, seen: readonly Seen[], found: Found): void {
  const processes = found.output('get_gpu_processes')?.processes ?? []
  const held = seen
    .filter(({ gpu }) => gpu.pod !== null || gpu.mig_instances.some(({ pod }) => pod !== null))
    .sort((a, b) => (b.gpu.memory_used_mb ?? 0) - (a.gpu.memory_used_mb ?? 0))
  const call = found.of('get_gpu_processes')?.call.id
  const [most] = held
  if (most) {
    const pods = [most.gpu.pod, ...most.gpu.mig_instances.map(({ pod }) => pod)].filter((pod) => pod !== null)
    writer.headline(
      `${listed(pods, 5)} uses ${gpuName(most.gpu)}${most.gpu.memory_used_mb === null ? '' : `: ${rounded(most.gpu.memory_used_mb)}${most.gpu.memory_total_mb === null ? '' : ` of ${rounded(most.gpu.memory_total_mb)}`} MiB of its memory`}.`,
      most.record,
    )
    for (const one of held.slice(1, rowsOf(persona.depth))) writer.say(`${stateText(one)}.`, one.record)
  } else if (processes.length === 0)
    writer.headline(`No pod holds a GPU there: ${counted(seen.length, 'GPU')} looked at.`, [
      found.of('get_gpu_nodes')?.call.id,
      call,
    ])
  for (const [i, one] of processes.slice(0, 5).entries())
    writer.say(
      `Process ${one.process_name} (pid ${one.pid})${one.pod ? ` of pod ${one.pod}` : ''} on ${one.node_name} holds ${one.used_memory_mb === null ? 'an unknown amount of memory' : `${rounded(one.used_memory_mb)} MiB`}.`,
      found.record('get_gpu_processes', i),
      most || i > 0 ? 'FACT' : 'HEADLINE',
    )
  const free = seen.filter(({ gpu }) => gpu.pod === null && gpu.mig_instances.length === 0)
  if (free.length > 0)
    writer.say(
      `Not allocated: ${listed(
        free.map(({ gpu }) => gpuName(gpu)),
        5,
      )}.`,
      free.slice(0, 5).map(({ record }) => record),
    )
  if (call && processes.length === 0)
    writer.caveat('The source of these figures does not tell of single processes, only of pods.', call)
}

function sayFindings(writer: DraftWriter, seen: readonly Seen[], aspect: Aspect): void {
  const [first, ...more] = seen.flatMap(({ findings }) => findings)
  if (!first) return
  if (aspect !== 'STATE' && aspect !== 'HEAT')
    writer.caveat(`${withoutEnd(first.finding.title)}.`, first.record)
  for (const { finding, record } of more.slice(0, 2)) writer.say(`${withoutEnd(finding.title)}.`, record)
  if (aspect === 'FREE' || aspect === 'USE') return
  for (const step of first.finding.remediation.slice(0, 2)) writer.step(stepText(step), first.record)
}

const withoutEnd = (text: string): string => text.replace(/[.\s]+$/, '')

function tableOf(writer: DraftWriter, { persona }: Situation, seen: readonly Seen[]): void {
  const rows = seen.map(({ gpu, record }) => ({
    cells: {
      ...{ gpu: `${gpu.node_name} / ${gpu.index}`, model: gpu.name, health: gpu.health },
      utilisation: gpu.utilization_gpu_percent === null ? null : measured(gpu.utilization_gpu_percent, '%'),
      memory:
        gpu.memory_used_mb === null
          ? null
          : `${rounded(gpu.memory_used_mb)}${gpu.memory_total_mb === null ? '' : ` / ${rounded(gpu.memory_total_mb)}`} MiB`,
      temperature: gpu.temperature_celsius === null ? null : measured(gpu.temperature_celsius, 'Cel'),
      pod:
        gpu.pod ??
        (gpu.mig_instances.length > 0 ? counted(gpu.mig_instances.length, 'MIG instance') : 'none'),
      cluster: gpu.cluster_name,
    },
    cites: record,
  }))
  const columns = [
    ...[
      { key: 'gpu', title: 'Node / GPU' },
      { key: 'model', title: 'Model' },
      { key: 'health', title: 'Health' },
    ],
    ...[
      { key: 'utilisation', title: 'Utilisation' },
      { key: 'memory', title: 'Memory' },
    ],
    ...[
      { key: 'temperature', title: 'Temperature' },
      { key: 'pod', title: 'Pod' },
    ],
    { key: 'cluster', title: 'Cluster' },
  ]
  writer.table('GPUs', columns, rows, rowsOf(persona.depth))
}
