import { api } from '@aiops/contract/api/index'
import { exampleOf } from '@aiops/contract/example'
import { severities } from '@aiops/contract/model/severity'
import { expect, it } from 'vitest'
import { runAgainst } from '../../../../test/cli/run-against.ts'

const overview = exampleOf(api.getOverview.response) as Record<string, unknown>
/** One answer for both requests of the command. */
const platform = (total: number) => ({
  ...overview,
  ...{ status: 'ok', version: '1', uptime_seconds: 60, checks: [] },
  ...{
    open_by_severity: Object.fromEntries(severities.map((one) => [one, 0])),
    entities: { total, unhealthy: 0 },
  },
})

it('says that nothing is wrong only where something is watched', async () => {
  expect((await runAgainst(platform(3), 'status')).stdout).toContain('Nothing is wrong.')
  const { stdout } = await runAgainst(platform(0), 'status')
  expect(stdout).toContain('No open incident; no service is known yet.')
  expect(stdout).not.toContain('Nothing is wrong')
})
