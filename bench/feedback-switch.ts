import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openSqliteRecordStore } from '../server/src/adapter/kysely/record-store.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { seededRandom } from '../server/src/kernel/random.ts'
import { ModelRegistry } from '../server/src/service/learning/registry/registry.ts'
import { machine } from './machine.ts'

/**
 * Whether a version is in force after its process was killed in the middle of switching: a child adds and promotes versions as fast as it
 * can and is killed (SIGKILL) at a moment of chance; then the pointer and the states of all versions must agree.
 *   node bench/feedback-switch.ts [--kills 20]
 */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '20' }, child: { type: 'string' } },
})

async function promoteForEver(path: string): Promise<never> {
  const records = await openSqliteRecordStore(path)
  const registry = new ModelRegistry(records, systemClock, 5)
  await registry.ensure('default', 'm', 'CORRECTIONS')
  process.stdout.write('ready\n')
  for (let i = 0; ; i += 1) {
    const training = { start: null, end: null, labels: 0, users: 0, left_out: {} }
    const { number } = await registry.add('default', 'm', {
      ...{ document: { i, at: process.pid }, inputs: {}, training, parameters: {}, validation: null },
      ...{ corrections: 0, created_by: 'bench', trigger: '' },
    })
    await registry.promote('default', 'm', number, '')
    process.stdout.write('.')
    if (i % 3 === 2) await registry.rollback('default', 'm', '')
  }
}

/** Undefined where all agrees. */
async function findFault(path: string): Promise<string | undefined> {
  const records = await openSqliteRecordStore(path)
  const registry = new ModelRegistry(records, systemClock, 5)
  const { champion, candidate } = await registry.model('default', 'm')
  const versions = await registry.versions('default', 'm')
  const of = (state: string) => versions.filter((one) => one.state === state).map(({ number }) => number)
  const missing: number[] = []
  for (const version of versions)
    await registry.document('default', version.sha256).catch(() => missing.push(version.number))
  await records.close()
  if (String(of('CHAMPION')) !== String(champion ?? [])) return `champion ${champion}, but ${of('CHAMPION')}`
  if (String(of('SHADOW')) !== String(candidate ?? [])) return `candidate ${candidate}, but ${of('SHADOW')}`
  return missing.length > 0 ? `no document of ${missing}` : undefined
}

async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-switch-'))
  const path = join(folder, 'records.db')
  const random = seededRandom(5)
  const faults: string[] = []
  let switches = 0
  for (let kill = 0; kill < Number(values.kills); kill += 1) {
    const child = spawn(process.execPath, [import.meta.filename, '--child', path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    let armed = false
    child.stdout.on('data', (part: Buffer) => {
      switches += part.toString().split('.').length - 1
      if (armed) return
      armed = true
      setTimeout(() => child.kill('SIGKILL'), 20 + random.next() * 300)
    })
    await ended
    const fault = await findFault(path)
    if (fault !== undefined) faults.push(fault)
  }
  rmSync(folder, { recursive: true, force: true })
  return { bench: 'feedback-switch', machine: machine(), kills: Number(values.kills), switches, faults }
}

if (values.child === undefined) console.log(JSON.stringify(await run(), null, 2))
else await promoteForEver(values.child)
