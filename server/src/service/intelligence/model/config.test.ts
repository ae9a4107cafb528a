import { describe, expect, it } from 'vitest'
import { ModelConfig } from './config.ts'
import { rig } from './router.suite.ts'

const local = (name: string, own: object = {}) => ({ name, url: 'http://vllm:8000/v1', model: 'm', ...own })
const cloud = (name: string) => ({ name, protocol: 'ANTHROPIC', model: 'm', key: 'CLOUD_KEY' })

describe('the configuration', () => {
  const locality = (provider: object) => rig({ providers: [provider] }, {}).router.list('default')[0]

  it.each([
    ['http://127.0.0.1:8000', true],
    ['http://localhost:11434/v1', true],
    ['http://10.1.2.3/v1', true],
    ['http://172.31.0.1/v1', true],
    ['http://[fd12::1]:8000/v1', true],
    ['http://[::1]:8000/v1', true],
    ['http://vllm.models.svc:8000/v1', true],
    ['http://vllm.models.svc.cluster.local/v1', true],
    ['https://llm.corp.internal/v1', true],
    ['http://172.32.0.1/v1', false],
    ['http://8.8.8.8/v1', false],
    ['https://llm.example.com/v1', false],
    ['http://127.0.0.1.example.com/v1', false],
    ['https://svc.example.org/v1', false],
  ])('takes %s for local: %s', (url, expected) => {
    expect(locality({ name: 'a', url, model: 'm' })?.local).toBe(expected)
  })

  it.each([
    [{ name: 'a' }, 'is needed with this protocol'],
    [{ name: 'a', protocol: 'OPENAI', model: 'm' }, 'is needed for a hosted API'],
    [{ name: 'a', protocol: 'ANTHROPIC', model: 'm', key: 'K', local: true }, 'is not inside any network'],
    [{ name: 'a', url: 'https://api.openai.com/v1', local: true }, 'is not inside any network'],
    [{ name: 'a', url: 'http://8.8.8.8/v1', local: true }, 'is not inside any network'],
    [{ name: 'deterministic', url: 'http://vllm/v1' }, 'without a model'],
    [{ name: 'a', url: 'ftp://vllm/v1' }, 'Invalid'],
    [{ name: 'a', url: 'http://vllm/v1', price_input_usd: 1 }, 'both prices'],
    [{ name: 'a', protocol: 'GOOGLE', model: 'm', key: 'K', foundry_local: true }, 'OPENAI_COMPATIBLE only'],
  ])('refuses %j', (provider, message) => {
    const { error } = ModelConfig.safeParse({ providers: [provider] })
    expect(error?.message).toContain(message)
  })

  it('refuses two of one name, and a limit of money that cannot be held', () => {
    expect(ModelConfig.safeParse({ providers: [local('a'), local('a')] }).error?.message).toContain(
      'one name',
    )
    const priceless = { providers: [cloud('c')], budgets: { usd_per_day: 5 } }
    expect(ModelConfig.safeParse(priceless).error?.message).toContain('c has no price')
  })
})
