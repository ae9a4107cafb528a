import { parseArgs } from 'node:util'
import { seededRandom } from '../server/src/kernel/random.ts'
import { killRounds } from '../test/journey/kill.ts'
import { temporaryFolder } from '../test/journey/server.ts'
import { machine } from './machine.ts'

/** `kill -9` of the real program while it takes data, many times over: what it acknowledged must be there afterwards. */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
})
const folder = temporaryFolder('kill')
const result = await killRounds(folder.path, Number(values.kills), seededRandom(Number(values.seed)).next)
folder.remove()
process.stdout.write(
  `${JSON.stringify({ bench: 'kill', machine: machine(), seed: Number(values.seed), ...result })}\n`,
)
process.exitCode = result.lostSamples + result.lostAlerts + result.wrongValues === 0 ? 0 : 1
