import { afterAll, expect, it } from 'vitest'
import { seededRandom } from '../../server/src/kernel/random.ts'
import { killRounds } from './kill.ts'
import { temporaryFolder } from './server.ts'

const folder = temporaryFolder('kill')
afterAll(folder.remove)

it('loses nothing it acknowledged when killed while it takes data', async () => {
  const result = await killRounds(folder.path, 6, seededRandom(7).next)
  expect(result).toMatchObject({ lostSamples: 0, lostAlerts: 0, wrongValues: 0 })
  expect(result.samples).toBeGreaterThan(50)
  expect(result.alerts).toBeGreaterThan(10)
})
