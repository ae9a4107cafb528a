import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { integration, startServer } from './real-server.ts'

integration('a real Prometheus', ['prometheus'], () => {
  test('starts on loopback and stops', async () => {
    const server = await startServer({
      program: 'prometheus',
      readyPath: '/-/ready',
      args: (port, folder) => {
        writeFileSync(join(folder, 'prometheus.yml'), 'global: { scrape_interval: 1s }\n')
        return [
          '--config.file=prometheus.yml',
          '--storage.tsdb.path=data',
          `--web.listen-address=127.0.0.1:${port}`,
        ]
      },
    })
    const answer = await fetch(`${server.origin}/api/v1/status/buildinfo`)
    expect(await answer.json()).toMatchObject({ data: { version: expect.stringMatching(/^2[.]42[.]/) } })
    await server.stop()
    await expect(fetch(`${server.origin}/-/ready`)).rejects.toThrow()
  })
})

integration('a real Alertmanager', ['prometheus-alertmanager'], () => {
  test('starts on loopback and stops', async () => {
    const server = await startServer({
      program: 'prometheus-alertmanager',
      readyPath: '/-/ready',
      args: (port, folder) => {
        writeFileSync(
          join(folder, 'alertmanager.yml'),
          'route: { receiver: none }\nreceivers: [{ name: none }]\n',
        )
        return [
          '--config.file=alertmanager.yml',
          '--storage.path=data',
          '--cluster.listen-address=',
          `--web.listen-address=127.0.0.1:${port}`,
        ]
      },
    })
    const answer = await fetch(`${server.origin}/api/v2/status`)
    expect(await answer.json()).toMatchObject({
      versionInfo: { version: expect.stringMatching(/^0[.]25[.]/) },
    })
    await server.stop()
  })
})
