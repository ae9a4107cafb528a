import { z } from 'zod'
import { Finding, FindingArea, FindingRule } from '../model/finding.ts'
import { Severity } from '../model/severity.ts'
import { Time } from '../model/time.ts'
import { operations } from './operation.ts'
import { listOf, Page, pageOf } from './page.ts'

const read = { tag: 'findings', permission: 'clusters:read' } as const
const Part = z.string().max(253).default('')
const filter = {
  /** Empty: all. */
  cluster_ids: listOf(z.string().max(128)),
  severity: listOf(Severity),
  area: listOf(FindingArea),
  analyzer: listOf(z.string().max(64)),
  rule: listOf(z.string().max(128)),
  namespace: Part,
  kind: Part,
  /** A part of the title or of the object's name. */
  search: Part,
}

export const finding = operations({
  listFindings: {
    ...{ ...read, method: 'GET', path: '/api/v1/findings' },
    errors: ['VALIDATION_FAILED'],
    summary:
      'What the analyzers find in all clusters, most severe first; a finding that ended is not listed.',
    query: Page.extend(filter),
    /** Each count is of what the filter leaves, but for its own part: what one would see by choosing another value of it. */
    response: pageOf(Finding).extend({
      by_severity: z.partialRecord(Severity, z.number().int()),
      by_analyzer: z.record(z.string(), z.number().int()),
      by_cluster: z.record(z.string(), z.number().int()),
      by_area: z.partialRecord(FindingArea, z.number().int()),
      by_rule: z.record(z.string(), z.number().int()),
    }),
  },
  getFinding: {
    ...{ ...read, method: 'GET', path: '/api/v1/findings/{id}' },
    errors: ['NOT_FOUND'],
    summary: 'One finding with its evidence and causes.',
    params: z.object({ id: z.string().min(1).max(200) }),
    response: Finding,
  },
  listFindingRules: {
    ...{ ...read, method: 'GET', path: '/api/v1/findings/rules' },
    errors: [],
    summary: 'Every rule: what it looks for, what looks alike and is none, and where to read on.',
    response: z.object({ rules: z.array(FindingRule) }),
  },
  analyzeCluster: {
    ...{ ...read, method: 'POST', path: '/api/v1/clusters/{id}/analyze' },
    errors: ['CLUSTER_NOT_FOUND', 'CLUSTER_NOT_WATCHED', 'VALIDATION_FAILED'],
    summary: 'Analyze one cluster now, or as it was at a time within the last two hours.',
    params: z.object({ id: z.string().min(1).max(128) }),
    body: z.object({ namespace: Part, at: Time.optional() }).prefault({}),
    response: z.object({
      findings: z.array(Finding),
      /** Kinds that could not be read, so that their rules said nothing. */
      unknown: z.array(z.string()),
      time_ms: z.number(),
      at: Time,
    }),
  },
})
