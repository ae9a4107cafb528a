import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubeconfigOf } from './kubectl.ts'
import { findServer, freePort } from './real-server.ts'

/** What kwok makes of a node and of pods, said in its own Stages: https://kwok.sigs.k8s.io/docs/user/stages-configuration/ */
const stages = `
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: { name: node-ready }
spec:
  resourceRef: { apiGroup: v1, kind: Node }
  selector:
    matchExpressions:
      - { key: '.status.conditions.[] | select( .type == "Ready" ) | .status', operator: NotIn, values: ['True'] }
  next:
    statusTemplate: |
      {{ $now := Now }}
      phase: Running
      conditions:
      - { type: Ready, status: "True", reason: KubeletReady, lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ $now | Quote }} }
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: { name: pod-ready }
spec:
  resourceRef: { apiGroup: v1, kind: Pod }
  selector:
    matchExpressions:
      - { key: '.metadata.deletionTimestamp', operator: DoesNotExist }
      - { key: '.status.phase', operator: In, values: [Pending] }
  next:
    statusTemplate: |
      {{ $now := Now }}
      phase: Running
      podIP: {{ PodIP | Quote }}
      conditions:
      - { type: Ready, status: "True", lastTransitionTime: {{ $now | Quote }} }
      containerStatuses:
      {{ range .spec.containers }}
      - { name: {{ .name | Quote }}, image: {{ .image | Quote }}, ready: true, restartCount: 0, state: { running: { startedAt: {{ $now | Quote }} } } }
      {{ end }}
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: { name: pod-delete }
spec:
  resourceRef: { apiGroup: v1, kind: Pod }
  selector:
    matchExpressions:
      - { key: '.metadata.deletionTimestamp', operator: Exists }
  next: { delete: true }
`

/** Plays the kubelet of the nodes annotated `kwok.x-k8s.io/node: fake`. */
export async function startKwok(server: { url: string; ca: string }): Promise<{
  output(): string
  stop(): Promise<void>
}> {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-kwok-'))
  writeFileSync(join(folder, 'kubeconfig'), kubeconfigOf(server, { token: 'any' }))
  writeFileSync(join(folder, 'stages.yaml'), stages)
  const args = [
    ...['--kubeconfig', join(folder, 'kubeconfig'), '--config', join(folder, 'stages.yaml')],
    ...['--manage-nodes-with-annotation-selector', 'kwok.x-k8s.io/node=fake'],
    ...['--node-lease-duration-seconds', '4', '--server-address', `127.0.0.1:${await freePort()}`],
  ]
  const child = spawn(findServer('kwok') ?? 'kwok', args, {
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output = `${output}${chunk}`.slice(-16_000)
    })
  return {
    output: () => output,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const over = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGTERM')
        const kill = setTimeout(() => child.kill('SIGKILL'), 5_000)
        await over
        clearTimeout(kill)
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
