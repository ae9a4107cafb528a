import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { fillServer } from '../kubernetes/cluster-example.ts'
import { type ApiServer, createApiServer, type Listening } from '../kubernetes/index.ts'
import { createKubectl, type Kubectl } from './kubectl.ts'
import { findServer } from './real-server.ts'

const programs = ['kubectl', 'kubectl-current']
const podName = 'reader'
const namespace = 'team-001'

/** Two containers, so that one has to be named. */
const pod: RawObject = {
  metadata: { name: podName, namespace, labels: { app: podName } },
  spec: {
    nodeName: 'worker-0',
    containers: [
      { name: 'main', image: 'registry.example.test/reader:1' },
      { name: 'sidecar', image: 'registry.example.test/proxy:1' },
    ],
  },
  status: {
    phase: 'Running',
    podIP: '10.1.2.3',
    containerStatuses: [
      {
        name: 'main',
        ready: true,
        restartCount: 2,
        state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
      },
      { name: 'sidecar', ready: false, restartCount: 0, state: { waiting: { reason: 'CrashLoopBackOff' } } },
    ],
  },
}
const uidOf = (object: RawObject | undefined) => (object?.metadata as { uid: string } | undefined)?.uid
const manifest = (replicas: number): string =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'applied', namespace },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'applied' } },
      template: {
        metadata: { labels: { app: 'applied' } },
        spec: { containers: [{ name: 'main', image: `registry.example.test/applied:${replicas}` }] },
      },
    },
  })

for (const program of programs) {
  const path = findServer(program)
  const name = `an unchanged ${program} and the API server of the tests`
  const suite = path || process.env.AIOPS_SKIP_NOTHING ? describe : describe.skip
  suite(path ? name : `${name} (skipped: no ${program}; run script/install-servers.sh)`, () => {
    let server: ApiServer
    let listening: Listening
    let kubectl: Kubectl
    const ok = async (...args: string[]): Promise<string> => {
      const { stdout, stderr, exitCode } = await kubectl.run(args)
      expect({ args, stderr: exitCode === 0 ? '' : stderr, exitCode }).toEqual({
        args,
        stderr: '',
        exitCode: 0,
      })
      return stdout
    }

    beforeAll(async () => {
      server = createApiServer({
        authentication: { tokens: { secret: 'admin' }, clientCertificates: true },
        access: (user, { resource }) => user === 'admin' || resource !== 'secrets',
        exec: ({ command, container, input }) =>
          command[0] === 'fail'
            ? { stderr: 'no such file\n', exitCode: 3 }
            : { stdout: `${container}: ${command.join(' ')} größer\n${input}` },
      })
      fillServer(server, { nodes: 3, podsPerNode: 250, nowMs: Date.now() })
      server.put('Pod', pod)
      for (let at = 0; at < 5; at++) server.logs.append(namespace, podName, 'main', `old ${at}`, Date.now())
      server.logs.restart(namespace, podName, 'main')
      for (let at = 0; at < 5; at++) server.logs.append(namespace, podName, 'main', `new ${at}`, Date.now())
      listening = await server.listen({ tls: true })
      kubectl = createKubectl(path ?? program, listening, { token: 'secret' })
    })
    afterAll(async () => {
      kubectl?.close()
      await listening?.close()
    })

    it('get: a table, all pages of it, wide, by label and field, as YAML and JSON', async () => {
      const lines = (await ok('get', 'pods', '-A', '--no-headers')).trim().split('\n')
      expect(lines).toHaveLength(server.count('Pod'))
      expect(server.asked.filter(({ query }) => query.includes('continue=')).length).toBeGreaterThan(0)
      const wide = await ok('get', 'pods', '-o', 'wide', '-l', `app=${podName}`)
      expect(wide).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE/)
      expect(wide).toMatch(/reader +1\/2 +CrashLoopBackOff +2 +\S+ +10\.1\.2\.3 +worker-0/)
      const onNode = await ok(
        'get',
        'pods',
        '-A',
        '--no-headers',
        '--field-selector',
        'spec.nodeName=worker-0',
      )
      const expected = server.list('Pod').filter((one) => (one.spec as RawObject).nodeName === 'worker-0')
      expect(onNode.trim().split('\n')).toHaveLength(expected.length)
      expect(await ok('get', 'pod', podName, '-o', 'yaml')).toContain('podIP: 10.1.2.3')
      expect(JSON.parse(await ok('get', 'deployments', '-o', 'json')).items.length).toBeGreaterThan(0)
      expect(await ok('get', 'nodes,services,events')).toContain('node/worker-0')
      expect(await ok('get', 'all')).toContain('deployment.apps/')
      const refused = await kubectl.run(['get', 'pods', '--field-selector', 'spec.color=red'])
      expect(refused.stderr).toContain('BadRequest')
      expect((await kubectl.run(['get', 'pod', 'nobody'])).stderr).toContain('NotFound')
    })

    it('get --watch: what is there, then what happens, of one kind and by label', async () => {
      const watched = kubectl.until(['get', 'pods', '-w', '-l', 'app=late'], (text) =>
        /late.*\n.*late/s.test(text),
      )
      let labels = 0
      const timer = setInterval(() => {
        server.put('Pod', {
          ...pod,
          metadata: { name: 'late', namespace, labels: { app: 'late', at: String(labels++) } },
        })
      }, 200)
      const output = await watched.finally(() => clearInterval(timer))
      expect(output).toMatch(/late +1\/2/)
      server.delete('Pod', namespace, 'late')
    })

    it('describe: a pod with its events, a node with its pods', async () => {
      server.put('Event', {
        metadata: { name: 'reader.1', namespace },
        involvedObject: {
          kind: 'Pod',
          namespace,
          name: podName,
          uid: uidOf(server.get('Pod', namespace, podName)),
        },
        type: 'Warning',
        reason: 'BackOff',
        message: 'Back-off restarting failed container',
        count: 7,
        firstTimestamp: new Date().toISOString(),
        lastTimestamp: new Date().toISOString(),
        source: { component: 'kubelet' },
      })
      const described = await ok('describe', 'pod', podName)
      expect(described).toMatch(/Warning +BackOff +.*kubelet +Back-off restarting failed container/)
      expect(described).toMatch(/Reason: +CrashLoopBackOff/)
      const node = await ok('describe', 'node', 'worker-0')
      expect(node).toContain(podName)
      expect(node).toMatch(/Ready +True/)
    })

    it('logs: a container, its tail, the run before, and what follows', async () => {
      expect((await kubectl.run(['logs', podName, '-c', 'nobody'])).stderr).toContain('not valid for pod')
      expect(await ok('logs', podName, '-c', 'main', '--tail', '2')).toBe('new 3\nnew 4\n')
      expect(await ok('logs', podName, '-c', 'main', '--previous', '--tail', '1')).toBe('old 4\n')
      expect(await ok('logs', podName, '-c', 'main', '--timestamps', '--tail', '1')).toMatch(
        /^\d{4}-.*Z new 4\n$/,
      )
      let isTold = false
      const followed = kubectl.until(['logs', '-f', podName, '-c', 'main', '--tail', '1'], (text) => {
        // Once its tail has been shown, or the new line would be that.
        if (text.includes('new 4') && !isTold) {
          isTold = true
          server.logs.append(namespace, podName, 'main', 'grün', Date.now())
        }
        return text.includes('grün')
      })
      expect(await followed).toMatch(/^new 4\ngrün\n/)
    })

    it('top: nodes and pods, or that the metrics are not there', async () => {
      server.metrics.usage.set(`${namespace}/${podName}/main`, {
        cpuNanocores: 250_000_000,
        memoryKibibytes: 65_536,
      })
      expect(await ok('top', 'pod', podName, '--containers')).toMatch(/reader +main +250m +64Mi/)
      expect(await ok('top', 'nodes')).toMatch(/worker-0 +\d+m/)
      server.metrics.state = 'down'
      const refused = await kubectl.run(['top', 'nodes'])
      expect(refused.exitCode).not.toBe(0)
      server.metrics.state = 'present'
    })

    it('apply, patch, label and delete', async () => {
      const apply = (replicas: number) => kubectl.run(['apply', '-f', '-'], manifest(replicas))
      expect(await apply(1)).toMatchObject({ exitCode: 0, stdout: 'deployment.apps/applied created\n' })
      expect(await apply(2)).toMatchObject({ exitCode: 0, stdout: 'deployment.apps/applied configured\n' })
      expect(await apply(2)).toMatchObject({ exitCode: 0, stdout: 'deployment.apps/applied unchanged\n' })
      const applied = server.get('Deployment', namespace, 'applied') as {
        metadata: RawObject
        spec: RawObject
      }
      expect(applied.metadata.generation).toBe(2)
      expect(applied.metadata.managedFields).toHaveLength(1)
      expect(applied).toMatchObject({
        spec: {
          replicas: 2,
          template: { spec: { containers: [{ image: 'registry.example.test/applied:2' }] } },
        },
      })
      await ok('label', 'deployment', 'applied', 'tier=web')
      await ok('patch', 'deployment', 'applied', '-p', '{"spec":{"paused":true}}')
      await ok('apply', '--server-side', '--dry-run=server', '--force-conflicts', '-f', '-').catch(
        () => undefined,
      )
      expect(server.get('Deployment', namespace, 'applied')).toMatchObject({
        metadata: { labels: { tier: 'web' } },
        spec: { paused: true },
      })
      expect(await ok('delete', 'deployment', 'applied')).toContain('deleted')
      expect(server.get('Deployment', namespace, 'applied')).toBeUndefined()
    })

    it('exec: output, input and the exit code', async () => {
      expect(await ok('exec', podName, '-c', 'main', '--', 'echo', 'hi')).toBe('main: echo hi größer\n')
      const piped = await kubectl.run(['exec', '-i', podName, '-c', 'main', '--', 'cat'], 'typed\n')
      expect(piped).toMatchObject({ exitCode: 0, stdout: 'main: cat größer\ntyped\n' })
      const failed = await kubectl.run(['exec', podName, '-c', 'main', '--', 'fail'])
      expect(failed.exitCode).toBe(3)
      expect(failed.stderr).toContain('no such file')
    })

    it('version, api-resources and auth can-i, with a token or a certificate', async () => {
      expect(await ok('version')).toMatch(/Server Version: v1\.33/)
      const resources = await ok('api-resources', '--no-headers')
      for (const kind of ['Pod', 'NetworkPolicy', 'Lease', 'Gateway', 'NodeMetrics'])
        expect(resources).toMatch(new RegExp(`\\b${kind}\n`))
      expect(await ok('auth', 'can-i', 'list', 'secrets')).toBe('yes\n')
      const client = listening.authority!.client('someone')
      const other = createKubectl(path ?? program, listening, { client })
      expect(await other.run(['auth', 'can-i', 'list', 'secrets'])).toMatchObject({
        stdout: expect.stringMatching(/^no/),
        exitCode: 1,
      })
      expect((await other.run(['get', 'secrets'])).stderr).toMatch(/Forbidden.*"someone" cannot list/)
      other.close()
      const stranger = createKubectl(path ?? program, listening, { token: 'wrong' })
      expect((await stranger.run(['get', 'pods'])).stderr).toMatch(/Unauthorized|logged in/)
      stranger.close()
    })
  })
}
