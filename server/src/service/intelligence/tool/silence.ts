import type { Matcher } from '@aiops/contract/model/label'
import { Silence, SilenceState } from '@aiops/contract/model/silence'
import { z } from 'zod'
import { evidenceMax, tool } from './tool.ts'

const SilenceLine = Silence.pick({
  ...{
    id: true,
    matchers: true,
    starts_at: true,
    ends_at: true,
    created_by: true,
    comment: true,
    state: true,
  },
})
export type SilenceLine = z.output<typeof SilenceLine>

/** Who silenced what. */
export const listSilences = tool({
  name: 'list_silences',
  title: 'Silences',
  description:
    'Silences: which alerts are kept quiet, by whom, why and until when. Active ones unless `state` says otherwise (PENDING, EXPIRED). Which firing alerts they cover says list_alerts with silenced=true.',
  input: z.object({
    state: z.array(SilenceState).default(['ACTIVE']),
    limit: z.number().int().min(1).max(evidenceMax).default(50),
  }),
  output: z.object({ silences: z.array(SilenceLine), total: z.number().int() }),
  permission: 'incidents:read',
  effect: 'READ',
  async run(client, { state, limit }) {
    const { silences, total } = await client.listSilences({ query: { state, limit } })
    return { silences: silences.map((one) => SilenceLine.parse(one)), total }
  },
  evidence: ({ silences }) =>
    silences.map((silence) => ({
      ...{ type: 'SILENCE', query: 'silences', source: 'platform', time: silence.starts_at, entity: null },
      sentence: `Silence of ${matchersText(silence.matchers)} by ${silence.created_by} until ${silence.ends_at}: ${silence.comment}`,
      fields: {
        ...{ matchers: matchersText(silence.matchers), created_by: silence.created_by, state: silence.state },
        ...{ comment: silence.comment, starts_at: silence.starts_at, ends_at: silence.ends_at },
      },
      ...{ trust: 'OPERATOR', link: '/silences' },
    })),
  sentence: ({ total }, { state }) =>
    `Looked at silences that are ${state.join(' or ').toLowerCase() || 'known'}: ${total}.`,
})

/** As Alertmanager writes them. */
export const matchersText = (matchers: readonly Matcher[]): string =>
  matchers.map(({ name, op, value }) => `${name}${op}"${value}"`).join(', ')
