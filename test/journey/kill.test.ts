import { afterAll, expect, it } from 'vitest'
import { seededRandom } from '../../server/src/kernel/random.ts'
import { killRounds } from '../soak/kill.ts'
import { temporaryFolder } from './server.ts'

const folder = temporaryFolder('kill')
afterAll(folder.remove)

it('loses nothing it acknowledged when killed while it takes data of every protocol', async () => {
  const { acknowledged, lost } = await killRounds(folder.path, 6, seededRandom(7).next)
  expect(
    Object.values(lost).every((count) => count === 0),
    JSON.stringify(lost),
  ).toBe(true)
  for (const [name, count] of Object.entries(acknowledged)) expect(count, name).toBeGreaterThan(20)
})
