import { execFileSync } from 'node:child_process'
import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { World } from '../../pull/source.suite.ts'
import { Rig } from '../../rig.suite.ts'
import { type SnsMessage, stringToSign } from './sns-message.ts'

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'])
    return true
  } catch {
    return false
  }
})()
const topic = 'arn:aws:sns:eu-central-1:123456789012:alarms'
const host = 'https://sns.eu-central-1.amazonaws.com'
const certificateUrl = `${host}/SimpleNotificationService-${'0a'.repeat(16)}.pem`
const example = (name: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`../mapping/example/${name}.json`, import.meta.url), 'utf8'))
const denied = expect.objectContaining({ code: 'PERMISSION_DENIED' })

describe.skipIf(!hasOpenssl)('a message of SNS (skipped where there is no openssl)', () => {
  let key: KeyObject
  let certificate = ''
  let world: World
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'aiops-sns-'))
    const files = [join(folder, 'key.pem'), join(folder, 'cert.pem')] as const
    const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', files[0], '-out', files[1]]
    execFileSync('openssl', ['req', '-x509', ...made, '-subj', '/CN=sns.amazonaws.com', '-days', '2'], {
      stdio: 'ignore',
    })
    key = createPrivateKey(readFileSync(files[0]))
    certificate = readFileSync(files[1], 'utf8')
    rmSync(folder, { recursive: true })
  })
  beforeEach(() => {
    world = new World()
    world.answer = ({ url }) => ({ body: url === certificateUrl ? certificate : '<ok/>' })
  })

  const started = (sns: Record<string, unknown> = {}, nowMs = Date.now() + 1_000): Promise<Rig> =>
    Rig.started({ nowMs, config: { sns }, pulling: world.pulling() })
  const signed = (
    name: string,
    own: Record<string, string> = {},
    version: '1' | '2' = '2',
  ): Record<string, string> => {
    const message = {
      ...{ ...example(name), SigningCertURL: certificateUrl, SignatureVersion: version },
      ...own,
    }
    const text = Buffer.from(stringToSign(message as unknown as SnsMessage))
    const signature = sign(version === '1' ? 'sha1' : 'sha256', text, key).toString('base64')
    return { ...message, Signature: own.Signature ?? signature }
  }
  const post = (rig: Rig, body: object, headers: Record<string, string> = {}) =>
    rig.send('/api/v1/alerts/from/{mapping}', JSON.stringify(body), headers, { mapping: 'cloudwatch' })
  const names = (rig: Rig) => [...rig.disk.alerts.values()].map(({ name }) => name)

  it.each(['1', '2'] as const)(
    'is taken with a right signature of version %s, its certificate fetched once',
    async (version) => {
      const rig = await started()
      for (let i = 0; i < 3; i += 1) await post(rig, signed('cloudwatch', {}, version))
      expect(names(rig)).toEqual(['payments-cpu'])
      expect(world.asked.map(({ url }) => url)).toEqual([certificateUrl])
    },
  )

  it('without a subject is signed without one', async () => {
    const rig = await started()
    const { Subject: _, ...message } = example('cloudwatch')
    const whole = { ...message, SigningCertURL: certificateUrl, SignatureVersion: '2' }
    const text = Buffer.from(stringToSign(whole as unknown as SnsMessage))
    await post(rig, { ...whole, Signature: sign('sha256', text, key).toString('base64') })
    expect(names(rig)).toEqual(['payments-cpu'])
  })

  it.each([
    ['a signature of another text', { Signature: 'AAAA' }],
    ['a certificate elsewhere', { SigningCertURL: 'https://sns.eu-central-1.amazonaws.com.evil.test/a.pem' }],
    ['a certificate of another service', { SigningCertURL: 'https://s3.eu-central-1.amazonaws.com/x/a.pem' }],
    ['a certificate in the clear', { SigningCertURL: certificateUrl.replace('https', 'http') }],
    ['a certificate on another port', { SigningCertURL: certificateUrl.replace('.com/', '.com:8443/') }],
    ['another file of SNS', { SigningCertURL: `${host}/?Action=Publish` }],
  ])('with %s is refused, and stores nothing', async (_, own) => {
    const rig = await started()
    await expect(post(rig, signed('cloudwatch', own))).rejects.toEqual(denied)
    expect(names(rig)).toEqual([])
    expect(world.asked.every(({ url }) => url === certificateUrl)).toBe(true)
  })

  it.each(['Message', 'Timestamp', 'TopicArn', 'Subject'])(
    'is refused with another %s than was signed',
    async (field) => {
      const rig = await started()
      await expect(post(rig, { ...signed('cloudwatch'), [field]: '{}' })).rejects.toEqual(denied)
    },
  )

  it('of a certificate that is over is refused', async () => {
    const rig = await started({}, Date.now() + 10 * 86_400_000)
    await expect(post(rig, signed('cloudwatch'))).rejects.toEqual(denied)
  })

  it('is to be sent again while its certificate cannot be had, which is asked for once in half a minute', async () => {
    const rig = await started()
    world.answer = () => ({ status: 503, body: '' })
    for (let i = 0; i < 5; i += 1)
      await expect(post(rig, signed('cloudwatch'))).rejects.toMatchObject({
        code: 'UPSTREAM_FAILED',
        retry: true,
      })
    expect(world.asked).toHaveLength(1)
    world.answer = () => ({ body: certificate })
    await rig.clock.advance(31_000)
    await post(rig, signed('cloudwatch'))
    expect(names(rig)).toEqual(['payments-cpu'])
  })

  it('that is half of one is refused with what is wrong', async () => {
    const rig = await started()
    const { Signature: _, ...half } = signed('cloudwatch')
    await expect(post(rig, half)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      message: expect.stringContaining('Signature'),
    })
    await expect(
      post(rig, { Type: 'Other' }, { 'x-amz-sns-message-type': 'Notification' }),
    ).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    })
  })

  it('may be asked for by a mapping, which then takes nothing else', async () => {
    const { Message = '' } = example('cloudwatch')
    const bare = JSON.parse(Message) as object
    await post(await started(), bare)
    const rig = await started({ signed_mappings: ['cloudwatch'] })
    await expect(post(rig, bare)).rejects.toEqual(denied)
    await expect(post(rig, bare, { 'x-amz-sns-rawdelivery': 'true' })).rejects.toEqual(denied)
    await post(rig, signed('cloudwatch'))
    expect(names(rig)).toEqual(['payments-cpu'])
  })

  it('is taken as it is where signatures are not verified', async () => {
    const rig = await started({ verify: false })
    await post(rig, example('cloudwatch'))
    expect([names(rig), world.asked]).toEqual([['payments-cpu'], []])
  })

  describe('that asks for a subscription', () => {
    it('is shown, and its address not opened', async () => {
      const rig = await started()
      await post(rig, signed('sns-subscription'))
      expect(names(rig)).toEqual(['SNSSubscriptionConfirmation'])
      expect(world.asked.map(({ url }) => url)).toEqual([certificateUrl])
    })

    it('is confirmed where its topic is named', async () => {
      const rig = await started({ confirm_topics: [topic] })
      const message = signed('sns-subscription')
      await post(rig, message)
      expect(names(rig)).toEqual([])
      expect(world.asked.at(-1)).toMatchObject({ method: 'GET', url: message.SubscribeURL })
    })

    it('is not confirmed unsigned, and not at another address than SNS', async () => {
      const rig = await started({ confirm_topics: [topic] })
      await expect(post(rig, signed('sns-subscription', { Signature: 'AAAA' }))).rejects.toEqual(denied)
      await post(
        rig,
        signed('sns-subscription', { SubscribeURL: 'https://evil.test/?Action=ConfirmSubscription' }),
      )
      expect(names(rig)).toEqual(['SNSSubscriptionConfirmation'])
      expect(world.asked.every(({ url }) => url === certificateUrl)).toBe(true)
    })

    it('is shown where SNS does not take the confirmation', async () => {
      const rig = await started({ confirm_topics: [topic] })
      world.answer = ({ url }) => (url === certificateUrl ? { body: certificate } : { status: 500, body: '' })
      await post(rig, signed('sns-subscription'))
      expect(names(rig)).toEqual(['SNSSubscriptionConfirmation'])
    })
  })
})
