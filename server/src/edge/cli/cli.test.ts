import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { api, type OperationId } from '@aiops/contract/api/index'
import { exampleOf } from '@aiops/contract/example'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Fault } from '../../kernel/fault.ts'
import { type CliDeps, runCli } from './index.ts'

const example = (id: OperationId) => exampleOf(api[id].response)
const setting = (name: string, value: unknown, source: string) => ({
  name,
  value,
  source,
  description: 'What it is.',
})

/** Runs a command line in this process; what it printed. */
async function run(argv: string[], deps: Partial<CliDeps> = {}) {
  const printed = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((part) => {
      printed[stream] += String(part)
      return true
    }),
  )
  const code = await runCli(argv, {
    version: '1.2.3',
    settings: () => [],
    serve: async () => undefined,
    ...deps,
  } as CliDeps)
  for (const spy of spies) spy.mockRestore()
  return { code, ...printed }
}

/** A server that answers each path with what is given, and remembers what was asked. */
async function serving(answers: Record<string, unknown>, status = 200) {
  const asked: {
    method: string
    url: string
    authorization: string | undefined
    tenant: unknown
    body: string
  }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      asked.push({ method, url, body, authorization: headers.authorization, tenant: headers['x-tenant-id'] })
      const answer = answers[url.split('?')[0] ?? '']
      response.statusCode = answer === undefined ? 404 : status
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const refusal = (code: string, message: string) => ({
  error: { code, message, trace_id: 't', timestamp: '2026-01-01T00:00:00Z' },
})
const commands = [
  ...[
    'serve',
    'demo',
    'status',
    'incidents',
    'incident',
    'approve',
    'reject',
    'detect',
    'explain',
    'correlate',
    'query',
    'logs',
  ],
  ...['config', 'config check', 'config print'],
  ...[
    'cluster add',
    'cluster list',
    'cluster show',
    'cluster status',
    'cluster remove',
    'cluster rotate-key',
  ],
]

describe('help', () => {
  it('names every command of the program', async () => {
    const { code, stdout } = await run(['--help'])
    expect(code).toBe(0)
    for (const command of [...commands.filter((c) => !c.includes(' ')), 'version'])
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'))
  })

  it.each(commands)('of %s teaches by example', async (command) => {
    const { code, stdout } = await run([...command.split(' '), '--help'])
    expect(code).toBe(0)
    expect(stdout.split('\n').filter((line) => / {2}.*\baiops /.test(line)).length).toBeGreaterThan(0)
  })

  it.each([
    [['help', 'incident', 'undo'], 'Usage: aiops incident undo'],
    [['help', 'status'], 'Usage: aiops status'],
    [['help'], 'Usage: aiops [options] [command]'],
  ])('of %j is that of the command that is named', async (argv, usage) => {
    const { code, stdout } = await run(argv)
    expect(code).toBe(0)
    expect(stdout.slice(0, usage.length)).toBe(usage)
  })

  it('shows no key that the environment holds', async () => {
    vi.stubEnv('AIOPS_TOKEN', 'very-secret')
    const { stdout } = await run(['status', '--help'])
    vi.unstubAllEnvs()
    expect(stdout).toContain('AIOPS_TOKEN')
    expect(stdout).not.toContain('very-secret')
  })
})

describe('wrong usage ends in 2 and says what to do', () => {
  it.each([
    [['statsu'], 'Did you mean status?'],
    [['help', 'statsu'], 'Did you mean status?'],
    [['status', '--jsn'], 'Did you mean --json?'],
    [['incident'], "missing required argument 'id'"],
    [['incidents', '--limit', 'many'], 'It is a whole number from 1 to 200.'],
    [['status', '--url', 'nowhere'], 'Write it as an address'],
    [['serve', '--port', '70000'], 'A port is a number from 0 to 65535.'],
    [['serve', '--port', ''], 'A port is a number from 0 to 65535.'],
    [['serve', '--set', 'port'], 'Write it as name=value'],
    [['config'], 'Usage: aiops config'],
    [[], 'Usage: aiops'],
  ])('%j', async (argv, sentence) => {
    const { code, stdout, stderr } = await run(argv)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(sentence)
  })
})

describe('a platform that cannot be asked ends in 1 with one sentence', () => {
  const oneLine = /^aiops: [^\n]+\n$/

  it.each(['127.0.0.1', 'localhost'])('where nothing listens at %s', async (host) => {
    const url = `http://${host}:${await freePort()}`
    const { code, stdout, stderr } = await run(['status', '--url', `${url}/`])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(oneLine)
    expect(stderr).toContain(`Nothing answers at ${url} (`)
    expect(stderr).toMatch(/ECONNREFUSED.*\)\. Start it with "npm start", or name it with --url\.$/m)
  })

  it('where something else answers', async () => {
    const { url } = await serving({ '/health': '<html>', '/api/v1/overview': '<html>' })
    const { code, stderr } = await run(['status', '--url', url])
    expect([code, stderr]).toEqual([
      1,
      `aiops: What answers at ${url} is not this platform; name it with --url.\n`,
    ])
  })

  it('where a key is asked for', async () => {
    const { url } = await serving({ '/api/v1/incidents': refusal('UNAUTHENTICATED', 'x') }, 401)
    const { code, stderr } = await run(['incidents', '--url', url])
    expect([code, stderr]).toEqual([1, expect.stringContaining('give it with --token')])
    expect((await run(['incidents', '--url', url, '--token', 'k'])).stderr).toContain(
      'does not know this key',
    )
  })

  it('where it refuses, in its own words without terminal commands', async () => {
    const { url } = await serving(
      { '/api/v1/incidents/9': refusal('NOT_FOUND', 'There is no incident 9.\u001b[2J') },
      404,
    )
    const { code, stderr } = await run(['incident', 'INC-9', '--url', url])
    expect([code, stderr]).toEqual([1, 'aiops: There is no incident 9.\ufffd[2J\n'])
  })

  it('where the configuration is wrong, a line for each thing', async () => {
    const settings = () => {
      throw new Fault('CONFIG_INVALID', 'a: x\nb: y')
    }
    expect(await run(['config', 'check'], { settings })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'aiops: a: x\nb: y\n',
    })
  })
})

describe('commands', () => {
  const answers = {
    '/health': example('getHealth'),
    '/api/v1/overview': example('getOverview'),
    '/api/v1/incidents': example('listIncidents'),
    '/api/v1/incidents/12': example('getIncident'),
    '/api/v1/remediations/r1/approve': example('approveRemediation'),
  }

  it.each([
    [['status'], { health: answers['/health'] }],
    [['incidents'], answers['/api/v1/incidents']],
    [['incident', 'INC-12'], answers['/api/v1/incidents/12']],
    [['approve', 'r1'], answers['/api/v1/remediations/r1/approve']],
  ])('%j print what the API says with --json, and lines for people without', async (argv, expected) => {
    const { url } = await serving(answers)
    const { code, stdout, stderr } = await run([...argv, '--url', url, '--json'])
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject(expected as object)
    const people = await run([...argv, '--url', url])
    expect([people.code, people.stderr]).toEqual([0, ''])
    expect(people.stdout.split('\n').length).toBeGreaterThan(1)
  })

  it('send key, tenant and decision', async () => {
    const { url, asked } = await serving(answers)
    await run(['approve', 'r1', '--url', `${url}/`, '--token', 'k', '--tenant', 'shop', '--comment', 'seen'])
    expect(asked).toEqual([
      {
        method: 'POST',
        url: '/api/v1/remediations/r1/approve',
        authorization: 'Bearer k',
        tenant: 'shop',
        body: '{"approved":true,"comment":"seen"}',
      },
    ])
  })

  it('take address and key from the environment', async () => {
    const { url, asked } = await serving(answers)
    vi.stubEnv('AIOPS_URL', url)
    vi.stubEnv('AIOPS_TOKEN', 'from-environment')
    const { code } = await run(['incidents'])
    vi.unstubAllEnvs()
    expect([code, asked[0]?.authorization]).toEqual([0, 'Bearer from-environment'])
  })

  it('say that nothing is wrong where there is no incident', async () => {
    const { url } = await serving({ '/api/v1/incidents': { incidents: [], total: 0, limit: 20, offset: 0 } })
    expect((await run(['incidents', '--url', url])).stdout).toContain('Nothing is wrong.')
  })

  it('print the version', async () => {
    expect((await run(['version'])).stdout).toBe('1.2.3\n')
    expect(await run(['-v'])).toMatchObject({ code: 0, stdout: '1.2.3\n' })
  })

  it('hand serve its options', async () => {
    const serve = vi.fn(async () => undefined)
    await run(['serve', '--port', '0', '--data', 'd', '--set', 'a.b=1', '--set', 'c=x=y'], { serve })
    expect(serve).toHaveBeenCalledWith(
      expect.objectContaining({ port: 0, data: 'd', set: ['a.b=1', 'c=x=y'] }),
    )
  })
})

describe('config', () => {
  const settings = () => [
    setting('data_folder', 'x', 'flag'),
    setting('server.port', 8_080, 'default'),
    setting('act.outbound.deny', ['a'], 'file'),
    setting('act.unset', undefined, 'default'),
  ]

  it('prints what was set as a file would hold it, and everything with --effective', async () => {
    expect((await run(['config', 'print'], { settings })).stdout).toBe(
      '# What it is. (flag)\ndata_folder: x\n\nact:\n  # What it is. (file)\n  outbound.deny:\n    - a\n',
    )
    const { stdout } = await run(['config', 'print', '--effective'], { settings })
    expect(stdout).toContain('server:\n  # What it is. (default)\n  port: 8080\n')
    expect(stdout).toContain('  # unset:\n')
  })

  it('says so where nothing was set', async () => {
    const none = () => [setting('server.port', 8_080, 'default')]
    expect((await run(['config', 'print'], { settings: none })).stdout).toMatch(
      /^# Every setting has its default/,
    )
    expect((await run(['config', 'check'], { settings: none })).stdout).toBe(
      'The configuration is fine; 0 settings differ from their defaults.\n',
    )
  })

  it('prints JSON with --json', async () => {
    const { stdout } = await run(['config', 'print', '--json'], { settings })
    expect(JSON.parse(stdout).map((s: { name: string }) => s.name)).toEqual([
      'data_folder',
      'act.outbound.deny',
    ])
    expect(JSON.parse((await run(['config', 'check', '--json'], { settings })).stdout)).toEqual({
      ok: true,
      changed: ['data_folder', 'act.outbound.deny'],
    })
  })
})

describe('a question to clusters', () => {
  const fleet = { total_query_time_ms: 1, clusters_queried: 2, clusters_succeeded: 1, partial: true }
  const missing = [
    { cluster_id: 'b', cluster_name: 'b', status: 'TIMEOUT', reason: 'No answer \u001b[31mwithin 30 s.' },
  ]
  const results = [
    {
      ...{ cluster_id: 'a', cluster_name: 'a', status: 'SUCCESS', result_type: 'VECTOR', query_time_ms: 1 },
      data: [{ metric: { __name__: 'up', job: 'x' }, values: [[1, '1']] }],
    },
    {
      cluster_id: 'b',
      cluster_name: 'b',
      status: 'TIMEOUT',
      result_type: 'MATRIX',
      query_time_ms: 1,
      data: [],
    },
  ]

  it('is answered a line a series, and who is missing is said beside it', async () => {
    const { url, asked } = await serving({
      '/api/v1/metrics/query': { ...fleet, missing, results, warnings: [], infos: [] },
    })
    const { code, stdout, stderr } = await run([
      'query',
      'up',
      '--url',
      url,
      '--cluster',
      'a',
      '--cluster',
      'b',
    ])
    expect([code, stdout]).toEqual([0, 'a  up{job="x"}  1\n'])
    expect(stderr).toBe(
      '1 of 2 clusters are missing from this answer:\n  b: TIMEOUT: No answer \ufffd[31mwithin 30 s.\n',
    )
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      query: 'up',
      aggregation: 'MERGE',
      cluster_ids: ['a', 'b'],
    })
  })

  it('for logs prints them with their time, and says when there are more', async () => {
    const logs = [
      {
        ...{ cluster_id: 'a', cluster_name: 'a', timestamp: '2026-01-01T00:00:00.000000001Z' },
        ...{ stream: { service_name: 'cart' }, message: 'it failed' },
      },
    ]
    const { url } = await serving({
      '/api/v1/logs/query_range': {
        ...fleet,
        clusters_queried: 1,
        missing: [],
        logs,
        results: [],
        truncated: true,
      },
    })
    const { stdout, stderr } = await run(['logs', '{service_name="cart"}', '--url', url, '--limit', '1'])
    expect(stdout).toBe('2026-01-01T00:00:00.000000001Z  cart  it failed\n')
    expect(stderr).toBe('There is more; ask with --limit above 1.\n')
  })
})
