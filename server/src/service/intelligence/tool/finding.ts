import { Finding, FindingArea } from '@aiops/contract/model/finding'
import { Severity } from '@aiops/contract/model/severity'
import { z } from 'zod'
import { ageSeconds, ClusterIds, clustersText, wantedIds } from './inside.ts'
import { type EvidenceDraft, evidenceMax, tool } from './tool.ts'

const Name = z.string().max(253).default('')
/** Evidence of one finding that is given, and characters of each. */
const [seenMax, textMax] = [6, 1_000]

const ShownFinding = Finding.omit({ tenant_id: true })
type ShownFinding = z.output<typeof ShownFinding>

const listFindings = tool({
  name: 'list_findings',
  title: 'List findings',
  description:
    'What the platform’s own rules find wrong inside watched clusters, in Kubernetes objects, GPUs and network functions: most severe first, each with evidence, ranked causes, since when, and what to do (commands as dry runs). ' +
    'Use it for why a pod is pending, restarts or cannot pull its image, and for what is wrong in a namespace or cluster. `name` is an object, or the workload that it belongs to.',
  permission: 'clusters:read',
  effect: 'READ',
  input: z.object({
    cluster_ids: ClusterIds,
    severity: z.array(Severity).max(5).default([]),
    area: z.array(FindingArea).max(3).default([]),
    rule: z.array(z.string().max(128)).max(50).default([]).describe('Such as pod-oom-killed.'),
    ...{ namespace: Name, kind: Name.describe('Kind of the object, such as Pod.') },
    name: Name.describe('Exact name of the object, of what it belongs to, or of its cause.'),
    search: Name.describe('A part of the title or of the object’s name.'),
    limit: z.number().int().min(1).max(evidenceMax).default(50),
  }),
  output: z.object({
    findings: z.array(ShownFinding),
    total: z.number().int(),
    /** Of those that fit all but the severity that was asked for. */
    by_severity: z.partialRecord(Severity, z.number().int()),
    by_cluster: z.record(z.string(), z.number().int()),
  }),
  async run(client, input, scope) {
    const { severity, area, rule, namespace, kind, name, search } = input
    const cluster_ids = await wantedIds(client, scope, input.cluster_ids)
    const query = { cluster_ids, severity, area, rule, namespace, kind, search }
    if (name === '') {
      const answer = await client.listFindings({ query: { ...query, page_size: input.limit } })
      return {
        findings: answer.items.map(shownFinding),
        total: answer.total,
        by_severity: answer.by_severity,
        by_cluster: answer.by_cluster,
      }
    }
    const found: Finding[] = []
    // Names are looked for among the parents and causes too, which the API's search does not see.
    for (let page = 1; page <= pagesMax; page++) {
      const answer = await client.listFindings({ query: { ...query, page, page_size: 200 } })
      found.push(...answer.items.filter((one) => concerns(one, name)))
      if (page >= answer.total_pages) break
      scope.signal.throwIfAborted()
    }
    return {
      findings: found.slice(0, input.limit).map(shownFinding),
      total: found.length,
      by_severity: counted(found, (one) => one.severity),
      by_cluster: counted(found, (one) => one.cluster_id),
    }
  },
  evidence: ({ findings }, _input, { nowMs }) => findings.map((one) => findingEvidence(one, nowMs)),
  sentence: ({ total }, { cluster_ids, namespace, name, severity }) =>
    `Looked at findings${severity.length > 0 ? ` of severity ${severity.join(', ')}` : ''}${name ? ` about ${name}` : ''}${namespace ? ` in namespace ${namespace}` : ''} of ${clustersText(cluster_ids)}: ${total}.`,
})

/** What the platform's own rules find. */
export const findingTools = { list_findings: listFindings } as const

const pagesMax = 10

const shownFinding = ({ tenant_id: _, ...one }: Finding): ShownFinding => ({
  ...one,
  evidence: one.evidence.slice(0, seenMax).map((seen) => ({ ...seen, text: seen.text.slice(0, textMax) })),
  causes: one.causes.slice(0, seenMax),
})

function concerns(finding: Finding, name: string): boolean {
  const wanted = name.toLowerCase()
  const is = (one: { name: string } | null): boolean =>
    one !== null && (one.name.toLowerCase() === wanted || one.name.toLowerCase().startsWith(`${wanted}/`))
  return is(finding.object) || is(finding.parent) || finding.causes.some(({ object }) => is(object))
}

const counted = <K extends string>(
  found: readonly Finding[],
  keyOf: (one: Finding) => K,
): Record<K, number> => {
  const counts = {} as Record<K, number>
  for (const one of found) counts[keyOf(one)] = (counts[keyOf(one)] ?? 0) + 1
  return counts
}

function findingEvidence(one: ShownFinding, nowMs: number): EvidenceDraft {
  const { kind, namespace, name } = one.object
  const commands = one.remediation.flatMap(({ command }) => command ?? [])
  return {
    type: 'FINDING',
    query: `rule ${one.rule}`,
    source: one.cluster_name,
    time: one.since ?? one.found_at,
    entity: `${kind.toLowerCase()}/${namespace === '' ? '' : `${namespace}/`}${name}`,
    sentence: `${one.severity} on ${kind} ${name}: ${one.title}`,
    fields: {
      ...{ cluster: one.cluster_name, namespace: namespace || null, kind, name },
      parent: one.parent === null ? null : `${one.parent.kind}/${one.parent.name}`,
      ...{ severity: one.severity, rule: one.rule, title: one.title },
      ...{ since: one.since, age_seconds: ageSeconds(one.since, nowMs) },
      seen:
        one.evidence
          .map(({ source, text }) => `${source}: ${text}`)
          .join(' | ')
          .slice(0, 2_000) || null,
      cause: one.causes[0]?.text.slice(0, 500) ?? null,
      cause_entity: one.causes[0] ? `${one.causes[0].object.kind}/${one.causes[0].object.name}` : null,
      what_to_do:
        one.remediation
          .slice(0, 4)
          .map(({ text }) => text)
          .join(' ') || null,
      // What would change something, tried only, says more than another look.
      command: commands.find((command) => command.includes('--dry-run')) ?? commands[0] ?? null,
      other_commands: commands.slice(0, 6).join(' | ').slice(0, 1_500) || null,
      documentation: one.documentation_url,
    },
    // Titles and evidence quote what the cluster says.
    trust: 'TELEMETRY',
    link: `/findings/${encodeURIComponent(one.id)}`,
  }
}
