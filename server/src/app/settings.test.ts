import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isFault } from '../kernel/fault.ts'
import { environmentName, loadSettings, type SettingsInput } from './settings.ts'

const Schema = z.object({
  data_folder: z.string().min(1).default('.data').describe('Folder of the data.'),
  server: z
    .object({
      port: z.coerce.number().int().min(0).max(65_535).default(8_080).describe('Port to listen on.'),
      host: z.string().default('127.0.0.1'),
      names: z.array(z.string()).default([]),
    })
    .prefault({}),
  auth: z
    .object({
      keys: z
        .array(
          z.object({ name: z.string(), sha256: z.string().length(4), tenant: z.string().default('default') }),
        )
        .default([]),
    })
    .prefault({}),
  act: z.object({ outbound: z.object({ timeout: z.string().default('2m') }).prefault({}) }).prefault({}),
})

const folder = mkdtempSync(join(tmpdir(), 'aiops-settings-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
function fileOf(yaml: string): string {
  const path = join(folder, `${++files}.yaml`)
  writeFileSync(path, yaml)
  return path
}
const load = (input: Partial<SettingsInput>) => loadSettings(Schema, { environment: {}, flags: {}, ...input })
const found = (input: Partial<SettingsInput>, name: string) =>
  load(input).settings.find((s) => s.name === name)

/** The lines of the refusal; the test fails where there is none. */
function problems(input: Partial<SettingsInput>): string[] {
  try {
    load(input)
  } catch (error) {
    if (isFault(error) && error.code === 'CONFIG_INVALID') return error.message.split('\n')
    throw error
  }
  throw new Error('it was accepted')
}

describe('settings', () => {
  it('are the defaults where nothing else is said', () => {
    expect(load({}).config.server.port).toBe(8_080)
    expect(found({}, 'data_folder')).toEqual({
      name: 'data_folder',
      value: '.data',
      source: 'default',
      description: 'Folder of the data.',
    })
  })

  it('come from the file, then the environment, then flags, and say from where', () => {
    const file = fileOf('server: { port: 1, host: a }\nauth: { keys: [] }\n')
    const environment = { AIOPS_SERVER_PORT: '2', AIOPS_DATA_FOLDER: 'e' }
    const flags = { 'server.port': '3' }
    const sourceOf = (input: Partial<SettingsInput>) => {
      const { value, source } = found(input, 'server.port')!
      return [value, source]
    }
    expect(sourceOf({ file })).toEqual([1, 'file'])
    expect(sourceOf({ file, environment })).toEqual([2, 'environment'])
    expect(sourceOf({ file, environment, flags })).toEqual([3, 'flag'])
    const { config } = load({ file, environment, flags })
    expect(config).toMatchObject({ data_folder: 'e', server: { host: 'a', port: 3 } })
  })

  it('of a deeper group may be written with dots', () => {
    const { config } = load({ file: fileOf('act:\n  outbound.timeout: 1m\nserver.port: 5\n') })
    expect([config.act.outbound.timeout, config.server.port]).toEqual(['1m', 5])
  })

  it('that are lists are read as YAML from text', () => {
    const environment = { AIOPS_SERVER_NAMES: '[a, b]' }
    expect(load({ environment }).config.server.names).toEqual(['a', 'b'])
  })

  it.each(['2024', 'true', 'null', '1e3', 'a: b', '[x'])('that are text keep %j as text', (text) => {
    expect(load({ environment: { AIOPS_DATA_FOLDER: text } }).config.data_folder).toBe(text)
    expect(load({ flags: { data_folder: text } }).config.data_folder).toBe(text)
  })

  it('are not set by an empty variable, nor by a flag that was not given', () => {
    const input = { environment: { AIOPS_SERVER_PORT: '' }, flags: { 'server.port': undefined } }
    expect(found(input, 'server.port')).toMatchObject({ value: 8_080, source: 'default' })
  })

  it.each(['', '# nothing\n', 'server:\n', 'server:\n  # port: 1\nact: {}\n', '---\n'])(
    'are the defaults with a file of %j',
    (yaml) => {
      expect(load({ file: fileOf(yaml) }).config).toEqual(load({}).config)
    },
  )
})

describe('a refused configuration', () => {
  it('has one line for each thing that is wrong, naming it and where it came from', () => {
    const file = fileOf(
      'server: { prot: 1, port: many }\nauth: { keys: [{ name: a, sha256: xy }] }\nlogs: 1\n',
    )
    expect(
      problems({ file, environment: { AIOPS_SERVER_NAMES: 'a' }, flags: { 'server.hosts': 'x' } }),
    ).toEqual([
      'server.prot: there is no such setting; did you mean server.port?',
      'logs: there is no such setting.',
      'server.hosts: there is no such setting; did you mean server.host?',
      expect.stringMatching(/^server\.port: Invalid input: expected number/),
      expect.stringMatching(/^server\.names \(from AIOPS_SERVER_NAMES\): Invalid input: expected array/),
      expect.stringMatching(/^auth\.keys\.0\.sha256: Too small/),
    ])
  })

  it.each([
    ['servr: { port: 1 }', 'servr: there is no such setting; did you mean server?'],
    ['port: 1', 'port: there is no such setting; did you mean server.port?'],
    ['folder_of_data: x', 'folder_of_data: there is no such setting.'],
    ['server: 5', 'server: this is a group of settings, not one; write them below it.'],
    ['server: [1]', 'server: this is a group of settings, not one; write them below it.'],
    [
      'auth: { keys: [{ name: a, sha256: abcd, tennant: shop }] }',
      'auth.keys.0.tennant: there is no such field.',
    ],
    ['__proto__: { polluted: 1 }', '__proto__: there is no such setting.'],
    ['constructor: 1', 'constructor: there is no such setting.'],
    ['server: { __proto__: { port: 1 } }', 'server.__proto__: there is no such setting.'],
  ])('of %j says %j', (yaml, line) => {
    expect(problems({ file: fileOf(yaml) })).toEqual([line])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it.each([
    ['[1, 2]', 'it must be a mapping of settings.'],
    ['just text', 'it must be a mapping of settings.'],
    ['a: [1', 'it cannot be read: Flow sequence in block collection must be'],
    ['a: 1\na: 2', 'it cannot be read: Map keys must be unique at line 2, column 1'],
    ['a: 1\n---\nb: 2', 'it cannot be read: Source contains multiple documents'],
    [`a: ${'x'.repeat(1_100_000)}`, 'a configuration file is 1 MiB at most.'],
    [`a: &a [1]\nb: [${'*a,'.repeat(50_000)}]`, 'it cannot be read: Excessive alias count'],
  ])('whose file is %.20s says so in one line', (yaml, sentence) => {
    const file = fileOf(yaml)
    const lines = problems({ file })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(`${file}: ${sentence}`)
  })

  it('whose file is missing or a folder says so', () => {
    expect(problems({ file: join(folder, 'none.yaml') })).toEqual([
      `${folder}/none.yaml: there is no such file.`,
    ])
    expect(problems({ file: folder })).toEqual([expect.stringContaining('it cannot be read: EISDIR')])
  })

  it('names the flag that is wrong', () => {
    expect(problems({ flags: { 'server.port': '99999' } })).toEqual([
      expect.stringMatching(/^server\.port \(from the command line\): Too big/),
    ])
  })
})

it('a setting has one name in the environment', () => {
  expect(environmentName('act.outbound.timeout')).toBe('AIOPS_ACT_OUTBOUND_TIMEOUT')
})
