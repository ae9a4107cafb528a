import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseScrapeDocument } from './scrape-document.ts'
import { targetsOf } from './target.ts'

const suite = resolve('../shared/suites/promtool-testdata/config_with_tls_files.yml')

describe('a prometheus.yml', () => {
  it('counts with its scrape_configs and global; other sections are passed over with a note', () => {
    const { jobs, notes, problems } = parseScrapeDocument(
      'prometheus.yml',
      `global: { scrape_interval: 15s, external_labels: { a: b } }
rule_files: [x.yml]
alerting: {}
remote_write: [{ url: 'http://x' }]
scrape_configs:
  - job_name: a
    static_configs: [{ targets: ['x:1'] }]
  - { job_name: b, scrape_interval: 5s, scrape_timeout: 2s, body_size_limit: 10MB, sample_limit: 5 }`,
    )
    expect(problems).toEqual([])
    expect(notes).toEqual(
      ['rule_files', 'alerting', 'remote_write'].map((name) => `${name} is not used here`),
    )
    expect(jobs).toMatchObject([
      {
        job_name: 'a',
        scrape_interval: 15_000,
        scrape_timeout: 10_000,
        metrics_path: '/metrics',
        scheme: 'http',
      },
      {
        job_name: 'b',
        scrape_interval: 5_000,
        scrape_timeout: 2_000,
        body_size_limit: 10_485_760,
        sample_limit: 5,
      },
    ])
  })

  it.each([
    [
      'scrape_configs: [{ job_name: a, proxy_url: "http://p" }]',
      'scrape_configs[0] ("a").proxy_url is not supported',
    ],
    ['scrape_configs: [{ job_name: a, consul_sd_configs: [] }]', 'consul_sd_configs is not supported'],
    ['scrape_configs: [{ job_name: a, oauth2: {} }]', 'oauth2 is not supported'],
    [
      'scrape_configs: [{ job_name: a, tls_config: { min_version: TLS13 } }]',
      'tls_config.min_version is not supported',
    ],
    ['scrape_configs: [{ job_name: a, follow_redirects: true }]', 'follow_redirects is not supported'],
    ['scrape_config_files: [x]', 'scrape_config_files is not supported'],
    ['global: { scrape_interval: soon }', 'global.scrape_interval'],
    [
      'scrape_configs: [{ job_name: a, scrape_interval: 1s, scrape_timeout: 2s }]',
      'scrape_timeout is longer',
    ],
    ['scrape_configs: [{ job_name: a }, { job_name: a }]', 'given twice'],
    ['scrape_configs: [{ job_name: a, basic_auth: {}, bearer_token: x }]', 'only one of'],
    ['scrape_configs: [{ job_name: a, kubernetes_sd_configs: [{ role: Pod }] }]', 'role'],
    ['scrape_configs: [{ metrics_path: / }]', 'job_name'],
    ['a: [', 'not YAML'],
    ['- 1', 'no configuration'],
  ])('is refused whole, and what is not supported is named: %s', (text, said) => {
    const { jobs, problems } = parseScrapeDocument('p.yml', text)
    expect(jobs).toEqual([])
    expect(problems.join('\n')).toContain(said)
  })

  it.skipIf(!existsSync(suite))('of promtool’s examples is read', () => {
    const { jobs, problems } = parseScrapeDocument(
      suite,
      existsSync(suite) ? readFileSync(suite, 'utf8') : '',
    )
    expect(problems).toEqual([])
    expect(jobs.length).toBeGreaterThan(0)
  })
})

describe('a target', () => {
  const job = (text: string) => {
    const { jobs, problems } = parseScrapeDocument('p.yml', `scrape_configs: [{ job_name: j, ${text} }]`)
    expect(problems).toEqual([])
    return jobs[0]!
  }
  const of = (text: string, ...labels: Record<string, string>[]) =>
    targetsOf(job(text), [{ targets: labels, labels: { group: 'g' } }], 'default')

  it('gets its port, path, parameters and instance', () => {
    const { targets } = of(
      "metrics_path: /m, params: { a: [x, y], b: ['1'] }",
      { __address__: 'host' },
      { __address__: '[::1]:9', __param_a: 'own' },
    )
    expect(targets.map(({ url, labels }) => [url, labels.instance])).toEqual([
      ['http://host/m?a=x&a=y&b=1', 'host:80'],
      ['http://[::1]:9/m?a=x&a=y&b=1', '[::1]:9'],
    ])
  })

  it('may be given its address, scheme, times and tenant by relabelling, as for an exporter of others', () => {
    const { targets } = of(
      `tenant: t, relabel_configs: [{ source_labels: [__address__], target_label: __param_target }, { source_labels: [__param_target], target_label: instance },
        { target_label: __address__, replacement: 'blackbox:9115' }, { target_label: __scheme__, replacement: https }, { target_label: __scrape_interval__, replacement: 7s },
        { target_label: __scrape_timeout__, replacement: 3s }, { target_label: __tenant__, replacement: other }]`,
      { __address__: 'example.org' },
    )
    expect(targets).toMatchObject([
      {
        url: 'https://blackbox:9115/metrics?target=example.org',
        labels: { instance: 'example.org', job: 'j', group: 'g' },
        intervalMs: 7_000,
        timeoutMs: 3_000,
        tenant: 'other',
      },
    ])
    expect(Object.keys(targets[0]!.labels)).toEqual(['group', 'instance', 'job'])
  })

  it('that is there twice is one; one without address or with a path in it is a problem, the others stay', () => {
    const { targets, problems } = of(
      'honor_labels: true',
      { __address__: 'a:1' },
      { __address__: 'a:1' },
      { x: 'y' },
      { __address__: 'a/b' },
      { __address__: 'u:p@host:1' },
    )
    expect(targets).toHaveLength(1)
    expect(problems).toHaveLength(3)
  })

  it('over target_limit: none of the job is scraped', () => {
    const { targets, problems } = of('target_limit: 1', { __address__: 'a:1' }, { __address__: 'b:1' })
    expect([targets, problems]).toEqual([[], [expect.stringContaining('target_limit')]])
  })
})
