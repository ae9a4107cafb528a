/** A real Kafka broker of one node (KRaft: broker and controller in one process), on loopback. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findServer, freePort } from './real-server.ts'

const readyTimeoutMs = 60_000

export type KafkaBroker = {
  address: string
  /** Ends the process at once, as a crash would; what it acknowledged is in its folder. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Ends it and removes its folder. */
  remove(): Promise<void>
}

export async function startKafka(): Promise<KafkaBroker> {
  const [port, controllerPort] = [await freePort(), await freePort()]
  const folder = mkdtempSync(join(tmpdir(), 'aiops-kafka-'))
  const file = join(folder, 'server.properties')
  writeFileSync(file, propertiesOf(folder, port, controllerPort))
  execFileSync(must('kafka-storage'), ['format', '--standalone', '-t', 'AAAAAAAAAAAAAAAAAAAAAQ', '-c', file])
  let child: ChildProcess | undefined
  let output = ''
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const over = new Promise((resolve) => child?.once('exit', resolve))
    child.kill('SIGKILL')
    await over
  }
  const start = async (): Promise<void> => {
    const running = spawn(must('kafka-server'), [file], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    child = running
    const keep = (chunk: Buffer): void => {
      output = (output + chunk).slice(-8_000)
    }
    running.stdout.on('data', keep)
    running.stderr.on('data', keep)
    const until = Date.now() + readyTimeoutMs
    while (!(await answers(port))) {
      if (running.exitCode !== null || Date.now() > until) throw new Error(`Kafka did not start:\n${output}`)
      await sleep(100)
    }
  }
  await start()
  return {
    address: `127.0.0.1:${port}`,
    kill,
    start,
    async remove() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const propertiesOf = (folder: string, port: number, controllerPort: number): string =>
  [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.bootstrap.servers=127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${join(folder, 'data')}`,
    'offsets.topic.replication.factor=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'auto.create.topics.enable=false',
    // Small topics of a test are deleted at once.
    'log.segment.delete.delay.ms=1000',
    '',
  ].join('\n')

function must(program: string): string {
  const path = findServer(program)
  if (!path) throw new Error(`${program} is not here: run script/install-servers.sh kafka.`)
  return path
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
