import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer, temporaryFolder } from '../journey/server.ts'
import { findServer, integration } from './real-server.ts'

const run = promisify(execFile)

integration('amtool, with nothing changed but its URL', ['amtool'], () => {
  const folder = temporaryFolder('amtool')
  let platform: Server
  beforeAll(async () => {
    platform = await startServer(folder.path)
  })
  afterAll(async () => {
    await platform?.stop()
    folder.remove()
  })

  describe.each(['', '/alertmanager'])('under the path "%s"', (prefix) => {
    const name = prefix === '' ? 'Root' : 'Prefixed'
    const amtool = async (...args: string[]): Promise<string> => {
      const url = `--alertmanager.url=${platform.url}${prefix}`
      const { stdout } = await run(findServer('amtool') ?? 'amtool', [url, ...args], { cwd: folder.path })
      return stdout.trim()
    }
    const query = async (...args: string[]) =>
      JSON.parse(await amtool('alert', 'query', '-o', 'json', ...args)) as {
        labels: Record<string, string>
        status: { state: string; silencedBy: string[] }
      }[]
    const silences = async (...args: string[]) =>
      JSON.parse(await amtool('silence', 'query', '-o', 'json', ...args)) as {
        id: string
        comment: string
        endsAt: string
        status: { state: string }
      }[]

    test('adds alerts and finds them by matchers', async () => {
      await amtool('alert', 'add', name, 'service=cart', 'severity=warning', '--annotation=summary=slow')
      await amtool('alert', 'add', `${name}Other`, 'service=pay', '--end=2020-01-01T00:00:00Z')
      expect((await query(name)).map(({ labels }) => labels)).toEqual([
        { alertname: name, service: 'cart', severity: 'warning' },
      ])
      expect(await query(`alertname=~${name}.*`, 'service!=cart')).toEqual([])
      expect(await amtool('alert', 'query', name)).toContain('active')
    })

    test('silences an alert, changes the silence, and ends it', async () => {
      const id = await amtool('silence', 'add', name, '--duration=1h', '--author=anna', '--comment=known')
      expect(await query(name)).toEqual([])
      expect(await query('--silenced', name)).toMatchObject([
        { status: { state: 'suppressed', silencedBy: [id] } },
      ])
      expect(await silences()).toMatchObject([{ id, comment: 'known', status: { state: 'active' } }])
      const [before] = await silences()
      // What amtool 0.25 prints here is the address of the id in its memory.
      await amtool('silence', 'update', id, '--duration=3h', '--comment=longer')
      const [after] = await silences(`alertname=${name}`)
      expect(after).toMatchObject({ id, comment: 'longer' })
      expect(Date.parse(after?.endsAt ?? '')).toBeGreaterThan(Date.parse(before?.endsAt ?? ''))
      await amtool('silence', 'expire', id)
      expect(await silences()).toEqual([])
      expect(await silences('--expired', `alertname=${name}`)).toMatchObject([
        { id, status: { state: 'expired' } },
      ])
      expect(await query(name)).toHaveLength(1)
    })

    test('is told what is wrong in words', async () => {
      await expect(amtool('silence', 'add', 'a=~.*', '--comment=x', '--author=y')).rejects.toMatchObject({
        stderr: expect.stringContaining('at least one matcher must not match the empty string'),
      })
    })

    test('shows the configuration and its route', async () => {
      expect(await amtool('config', 'show')).toContain('receiver: aiops')
      expect(await amtool('config', 'routes', 'test', 'a=b')).toBe('aiops')
    })
  })

  test('is told that it runs, as an Alertmanager would say', async () => {
    for (const name of ['healthy', 'ready'])
      expect(await (await fetch(`${platform.url}/alertmanager/-/${name}`)).text()).toBe('OK')
  })

  test('what `aiops silence` adds, amtool sees, and the other way round', async () => {
    const aiops = async (...args: string[]): Promise<string> => {
      const bin = fileURLToPath(new URL('../../server/bin/aiops.js', import.meta.url))
      const { stdout } = await run(process.execPath, [bin, 'silence', ...args, '--url', platform.url])
      return stdout
    }
    await aiops(
      'add',
      'alertname=~Ro.*',
      'service.name!=x',
      '--comment',
      'ours',
      '--duration',
      '2h',
      '--author',
      'eva',
    )
    const { silences } = await platform.client.listSilences({ query: { state: ['ACTIVE'] } })
    expect(silences).toMatchObject([{ created_by: 'eva', comment: 'ours', state: 'ACTIVE' }])
    const id = silences[0]?.id ?? ''
    const url = `--alertmanager.url=${platform.url}`
    const { stdout } = await run(findServer('amtool') ?? 'amtool', [url, 'silence', 'query'])
    expect(stdout).toContain(id)
    expect(await aiops('list')).toContain('alertname=~"Ro.*" service.name!="x"')
    expect(
      (await platform.client.listAlerts()).alerts.find(({ name }) => name === 'Root')?.silenced_by,
    ).toEqual([id])
    expect(await aiops('expire', id)).toContain('EXPIRED')
    expect(await aiops('list')).toContain('No silence.')
    await expect(aiops('add', 'nonsense', '--comment', 'x')).rejects.toMatchObject({
      stderr: expect.stringContaining('bad matcher "nonsense": write it as name=value'),
    })
  })

  test('what it silenced has ended, and what it added still fires', async () => {
    const { silences } = await platform.client.listSilences()
    expect(silences.every(({ state }) => state === 'EXPIRED')).toBe(true)
    const { alerts } = await platform.client.listAlerts()
    expect(alerts.find((alert) => alert.name === 'Root')).toMatchObject({
      status: 'FIRING',
      severity: 'MEDIUM',
    })
  })

  test('alerts and silences are still there after kill -9', async () => {
    const amtool = (...args: string[]) =>
      run(findServer('amtool') ?? 'amtool', [`--alertmanager.url=${platform.url}`, ...args])
    await amtool('alert', 'add', 'Survivor', 'service=cart', 'severity=critical')
    const { stdout } = await amtool('silence', 'add', 'Survivor', '--author=anna', '--comment=known')
    const id = stdout.trim()
    await platform.stop('SIGKILL')
    platform = await startServer(folder.path)
    expect(await platform.client.getSilence({ params: { id } })).toMatchObject({
      ...{ state: 'ACTIVE', created_by: 'anna' },
      matchers: [{ name: 'alertname', op: '=', value: 'Survivor' }],
    })
    const found = (await platform.client.listAlerts()).alerts.find(({ name }) => name === 'Survivor')
    expect(found).toMatchObject({ status: 'FIRING', silenced_by: [id], expires_at: expect.any(String) })
    expect((await amtool('alert', 'query', '-o', 'json', '--silenced', 'Survivor')).stdout).toContain(id)
  })
})
