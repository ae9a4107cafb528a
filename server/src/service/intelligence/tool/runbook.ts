import type { Client } from '@aiops/contract/client'
import { entityName } from '@aiops/contract/model/entity'
import { Remediation } from '@aiops/contract/model/remediation'
import { Runbook, type RunbookStep } from '@aiops/contract/model/runbook'
import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import { counted, listed } from '../answer/words.ts'
import { idOf } from './incident-detail.ts'
import { type EvidenceDraft, evidenceMax, tool } from './tool.ts'

const StepLine = z.object({ name: z.string(), type: z.string(), sentence: z.string() })
const RunbookLine = Runbook.pick({
  ...{ id: true, name: true, description: true, version: true, match: true },
}).extend({
  approval_required: z.boolean(),
  steps: z.array(StepLine),
  rollback_steps: z.number().int(),
})
export type RunbookLine = z.output<typeof RunbookLine>

const listRunbooks = tool({
  name: 'list_runbooks',
  title: 'Runbooks',
  description:
    'Runbooks: what each does step by step, which kinds of trouble and which entities it is for, whether it must be approved. Use it for "is there a runbook for this", "what can be done". It runs nothing.',
  input: z.object({
    text: z.string().max(200).optional().describe('A part of the id, the name or the description.'),
    category: z
      .string()
      .max(64)
      .optional()
      .describe('Only those for this kind of trouble: LATENCY, ERRORS, CPU, MEMORY, POOL, DOWN, DEPLOY, …'),
    limit: z.number().int().min(1).max(evidenceMax).default(50),
  }),
  output: z.object({
    runbooks: z.array(RunbookLine),
    total: z.number().int(),
    /** Files that could not be read as a runbook. */
    unreadable: z.number().int(),
  }),
  permission: 'runbooks:read',
  effect: 'READ',
  async run(client, { text, category, limit }) {
    const { runbooks, problems } = await client.listRunbooks()
    const wanted = text?.toLowerCase()
    const fit = runbooks
      .filter(
        ({ id, name, description }) =>
          !wanted || [id, name, description].some((one) => one.toLowerCase().includes(wanted)),
      )
      .filter(
        ({ match }) => !category || match.categories.length === 0 || match.categories.includes(category),
      )
    return {
      ...{ runbooks: fit.slice(0, limit).map(lineOf), total: fit.length, unreadable: problems.length },
    }
  },
  evidence: ({ runbooks }) =>
    runbooks.map(
      (runbook): EvidenceDraft => ({
        ...{ type: 'RUNBOOK', query: 'runbooks', source: 'platform', time: null, entity: null },
        sentence: `${runbook.id}: ${runbook.name}${runbook.description ? `. ${runbook.description}` : ''}`,
        fields: {
          ...{ id: runbook.id, name: runbook.name, version: runbook.version, steps: runbook.steps.length },
          for: listed(runbook.match.categories) || 'any kind of trouble',
          approval_required: runbook.approval_required,
          does: runbook.steps
            .map(({ sentence }) => sentence)
            .join(' | ')
            .slice(0, 1_000),
        },
        ...{ trust: 'OPERATOR', link: '/settings' },
      }),
    ),
  sentence: ({ total, unreadable }) =>
    `Looked at the runbooks: ${total}${unreadable > 0 ? `, and ${counted(unreadable, 'file')} that cannot be read` : ''}.`,
})

const lineOf = (runbook: Runbook): RunbookLine => ({
  ...{ id: runbook.id, name: runbook.name, description: runbook.description, version: runbook.version },
  ...{ match: runbook.match, approval_required: runbook.approval.required },
  steps: runbook.steps.map((step) => ({ name: step.name, type: step.type, sentence: stepSentence(step) })),
  rollback_steps: runbook.rollback.length,
})

function stepSentence(step: RunbookStep): string {
  if (step.type === 'wait') return `${step.name}: wait ${step.duration}`
  if (step.type === 'condition') return `${step.name}: check ${step.condition.metric}`
  return `${step.name}: ${step.method} ${step.url}`
}

const ProposalLine = Remediation.pick({
  ...{ id: true, incident_id: true, runbook_id: true, runbook_name: true, entity: true, status: true },
  ...{ plan: true, requested_at: true, requested_by: true },
})

const proposeRunbook = tool({
  name: 'propose_runbook',
  title: 'Propose a runbook',
  description:
    'Proposes a runbook for an open incident. Nothing runs: the proposal waits until a person with the right to approve does so on the page of the incident. Call it only when a person asked for an action. `incident_id` is INC-12, 12, an id, or latest.',
  input: z.object({
    runbook_id: z.string().min(1).max(64),
    incident_id: z.string().trim().min(1).max(64),
  }),
  output: z.object({
    remediation: ProposalLine,
    /** It waited already, proposed earlier. */
    waited_already: z.boolean(),
    link: z.string(),
  }),
  permission: 'runbooks:execute',
  effect: 'PROPOSE',
  async run(client, { runbook_id, incident_id }) {
    const id = await idOf(client, incident_id)
    const link = `/incidents/${encodeURIComponent(id)}`
    const waiting = await client.listRemediations({
      query: { incident_id: id, status: ['PENDING_APPROVAL'], page_size: 50 },
    })
    const same = waiting.items.find((one) => one.runbook_id === runbook_id)
    if (same) return { remediation: ProposalLine.parse(same), waited_already: true, link }
    await mustWait(client, runbook_id)
    const made = await client.executeRunbook({ params: { id: runbook_id }, body: { incident_id: id } })
    return { remediation: ProposalLine.parse(made), waited_already: false, link }
  },
  evidence: ({ remediation, link }) => [
    {
      ...{
        type: 'RUNBOOK',
        query: remediation.runbook_id,
        source: 'platform',
        time: remediation.requested_at,
      },
      entity: remediation.entity,
      sentence: `${remediation.runbook_name} for ${entityName(remediation.entity)}: ${remediation.status}.`,
      fields: {
        ...{ runbook_id: remediation.runbook_id, status: remediation.status },
        ...{ remediation_id: remediation.id, steps: remediation.plan.length },
        plan: remediation.plan
          .map(({ sentence }) => sentence)
          .join(' | ')
          .slice(0, 1_000),
        requested_by: remediation.requested_by,
      },
      ...{ trust: 'OPERATOR', link },
    },
  ],
  sentence: ({ remediation, waited_already }) =>
    waited_already
      ? `${remediation.runbook_id} had been proposed already and waits for approval.`
      : `Proposed ${remediation.runbook_id} for ${entityName(remediation.entity)}: ${remediation.status}.`,
})

/** A runbook that needs no approval would run at once: that is not for a tool to begin. */
async function mustWait(client: Client, id: string): Promise<void> {
  const runbook = (await client.listRunbooks()).runbooks.find((one) => one.id === id)
  if (!runbook) throw new Fault('NOT_FOUND', `There is no runbook ${id}.`)
  if (!runbook.approval.required)
    throw new Fault(
      'CONFLICT',
      `${id} needs no approval and would run at once; a person starts it on the page of the incident.`,
    )
}

export const runbookTools = { list_runbooks: listRunbooks, propose_runbook: proposeRunbook } as const
