import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../kernel/fault.ts'
import { type GuardOptions, guardFiles } from './guard.ts'

const strict: GuardOptions = { allowCode: false, moduleSources: [] }
const guard = (content: string, more: Record<string, string> = {}, options = strict, path = 'env/main.tf') =>
  guardFiles(
    Object.entries({ [path]: content, ...more }).map(([name, text]) => ({ path: name, content: text })),
    'env',
    options,
  )
const interpolated = (inside: string): string => `\${${inside}}`

describe('a configuration', () => {
  it('that only describes infrastructure may be planned', () => {
    guard(
      `
terraform {
  required_version = ">= 1.6"
  backend "http" {}
  required_providers { aws = { source = "hashicorp/aws" } }
}
provider "aws" { region = var.region }
variable "region" { validation {
  condition = contains(["a"], var.region) # file("/etc/passwd")
  error_message = "The word file( and provisioner are only words: ${interpolated('var.region')}"
} }
module "app" {
  source = "../modules/app"
  text   = file("${interpolated('path.module')}/../modules/text.txt")
}
resource "terraform_data" "x" {
  input = templatefile("${interpolated('path.root')}/x.tpl", { a = 1 })
  lifecycle { create_before_destroy = true }
}
locals { profile = { file = 1, provisioner = 2 }, y = local.profile.file }
`.replace('2 }, y', '2 }\n  y'),
      {
        'modules/app/main.tf': 'variable "text" {}\nlocals { a = filesha256("x.txt") }',
        'env/x.tpl': `Hello ${interpolated('a')}`,
        'other/main.tf': 'resource "x" "y" { provisioner "local-exec" {} }',
      },
    )
  })

  it.each([
    ['a provisioner', 'resource "terraform_data" "x" {\n  provisioner "local-exec" { command = "id" }\n}'],
    [
      'a provisioner over lines and comments',
      'resource terraform_data x {\n provisioner /* a */ "remote-exec"\n{\n}\n}'.replace('"\n{', '" {'),
    ],
    [
      'a provisioner that is made',
      'resource "a" "x" {\n dynamic "provisioner" {\n for_each = [1]\n content {}\n}\n}',
    ],
    [
      'a provisioner of what is removed',
      'removed {\n from = a.b\n provisioner "local-exec" { when = destroy }\n}',
    ],
    ['an external data source', 'data "external" "x" { program = ["id"] }'],
    ['an external data source, spelt oddly', 'data "ext\\u0065rnal" x { program = ["id"] }'],
    ['an external data source without quotes', 'data external x { program = ["id"] }'],
    ['a data source in a check', 'check "x" {\n data "external" "y" { program = ["id"] }\n}'],
    [
      'the state of others',
      'data "terraform_remote_state" "x" {\n backend = "http"\n config = { address = "http://x" }\n}',
    ],
    ['a file of this machine', 'resource "local_file" "x" { filename = "/etc/cron.d/x" }'],
    ['a program of a provider', 'provider "kubernetes" {\n exec {\n command = "id"\n }\n}'],
    [
      'a program of a provider, as a value',
      'provider "helm" {\n kubernetes = { a = 1 }\n exec = { command = "id" }\n}',
    ],
    [
      'a program within a block of a provider',
      'provider "helm" {\n kubernetes {\n exec { command = "id" }\n }\n}',
    ],
    ['a module from elsewhere', 'module "x" { source = "git::https://example.com/x" }'],
    ['a module of a registry', 'module "x" { source = "hashicorp/consul/aws" }'],
    ['a module that a variable names', 'module "x" { source = var.source }'],
    ['a module that is put together', `module "x" { source = "./${interpolated('var.a')}" }`],
    ['a module without a source', 'module "x" { }'],
    ['a module beyond the repository', 'module "x" { source = "../../../etc" }'],
    [
      'an encryption, whose key may come from a program',
      'terraform {\n encryption {\n key_provider "external" "x" { command = ["id"] }\n }\n}',
    ],
    ['a file by its whole path', 'locals { a = file("/etc/passwd") }'],
    ['a file of somebody', 'locals { a = file("~/.aws/credentials") }'],
    ['a file beyond the repository', 'locals { a = filebase64("../../secret") }'],
    ['a file that a variable names', 'locals { a = file(var.a) }'],
    ['a file that is put together', `locals { a = file("x${interpolated('var.a')}") }`],
    ['a file beside the module', `locals { a = file("${interpolated('path.module')}x/../../../y") }`],
    ['a file from within a text', `locals { a = "${interpolated('file("/etc/passwd")')}" }`],
    [
      'a file from within a heredoc',
      `locals {\n a = <<E\n%{ if true }${interpolated('file("/etc/passwd")')}%{ endif }\nE\n}`,
    ],
    ['a file with a comment before its bracket', 'locals { a = file /* x */ ("/etc/passwd") }'],
    ['a file by its full name', 'locals { a = core::file("/etc/passwd") }'],
    ['a listing beyond the repository', 'locals { a = fileset(".", "../../**") }'],
    ['a listing that may lead up', 'locals { a = fileset(".", "{..,x}/*") }'],
    ['a listing with escaped dots', 'locals { a = fileset(".", "\\\\.\\\\./*") }'],
    ['a template that is made', 'locals { a = templatestring(local.b, {}) }'],
    [
      'a program within a value of a provider',
      'provider "helm" {\n kubernetes = {\n host = "x"\n exec = { command = "id" }\n }\n}',
    ],
    [
      'a program within a value, by a key in quotes',
      'provider "helm" {\n kubernetes = { "exec" : { command = "id" } }\n}',
    ],
    [
      'a program within a value, by a key that is made',
      `provider "helm" {\n kubernetes = { ("ex${interpolated('"ec"')}") = { command = "id" } }\n}`,
    ],
    ['a value of a provider that is put together', 'provider "helm" {\n kubernetes = merge({}, local.k)\n}'],
    ['a value of a provider from elsewhere', 'provider "helm" {\n kubernetes = local.k\n}'],
    ['a kubeconfig, which names programs', 'provider "kubernetes" { config_path = "./kubeconfig" }'],
    ['a list of kubeconfigs', 'provider "helm" {\n kubernetes {\n config_paths = ["k"]\n }\n}'],
    [
      'a file that is sent as a token',
      'provider "aws" {\n assume_role_with_web_identity {\n web_identity_token_file = "/etc/passwd"\n }\n}',
    ],
    [
      'a program after rendering',
      'resource "helm_release" "x" {\n postrender { binary_path = "/bin/sh" }\n}',
    ],
    ['a program after rendering, as a value', 'resource "helm_release" "x" {\n postrender = { a = "sh" }\n}'],
    ['an archive of this machine', 'data "archive_file" "x" {\n source_dir = "/etc"\n}'],
    [
      'what follows a heredoc that ends for the engine alone',
      'locals {\n a = <<E\n\u0085E\n b = file("/etc/passwd")\n c = <<E\nE\n}',
    ],
    [
      'what follows a heredoc that ends for us alone',
      'locals {\n a = <<E\n\ufeffE\n/*\nE\n b = file("/etc/passwd")\n#*/ }',
    ],
    ['what cannot be read', 'resource "x" "y" {'],
    ['what is no text of HCL', '\u0000'],
  ])('is refused with its line: %s', (_, content) => {
    expect(() => guard(content)).toThrow(
      expect.objectContaining({
        code: 'PLAN_FAILED',
        message: expect.stringMatching(/^env\/main.tf(, line|: Line) \d/),
      }),
    )
  })

  it('may name a cluster of a provider as a value written out', () => {
    guard(
      'provider "helm" {\n kubernetes = {\n host = var.h # exec\n token = data.a.b.token, "ca" = base64decode("x")\n }\n}',
    )
  })

  it('is looked at in its modules and in the templates that it reads', () => {
    const bad = 'data "external" "x" {}'
    const near = 'module "a" { source = "./a" }'
    expect(() =>
      guard(near, { 'env/a/x.tf': 'module "b" { source = "../../b/" }', 'b/main.tofu': bad }),
    ).toThrow('b/main.tofu, line 1')
    const template = `${interpolated('file("/etc/passwd")')}`
    expect(() => guard('locals { a = templatefile("x.tpl", {}) }', { 'env/x.tpl': `\n${template}` })).toThrow(
      'env/x.tpl, line 2',
    )
    expect(() => guard(near, { 'env/a/x.tf': 'module "b" { source = ".." }' })).not.toThrow()
  })

  it('may not say elsewhere where its state is kept', () => {
    const backend = 'terraform {\n backend "local" { path = "/tmp/x" }\n}'
    guard(backend)
    expect(() => guard('', { 'env/z_override.tf': backend })).toThrow('an override may not name')
    expect(() => guard('', { 'env/override.tofu': 'terraform {\n cloud {}\n}' })).toThrow('an override')
    expect(() => guard('', { 'env/zz_aiops_backend_override.tofu': '' })).toThrow('kept for the platform')
    expect(() => guard('', { 'env/x.tf.json': '{}' })).toThrow('configuration in JSON')
  })

  it('may do more where an administrator allows it', () => {
    guard('data "external" "x" {}', { 'env/x.tf.json': '{}' }, { ...strict, allowCode: true })
    const far = 'module "x" { source = "git::https://git.example/infra//app?ref=v1" }'
    guard(far, {}, { ...strict, moduleSources: ['git::https://git.example/infra//'] })
    expect(() => guard(far, {}, { ...strict, moduleSources: ['git::https://git.other/'] })).toThrow('outside')
  })

  it('of any text is taken or refused, and nothing else', () => {
    const piece = fc.constantFrom(
      'resource',
      ' "x"',
      ' {',
      '}',
      '\n',
      'file(',
      '"/a"',
      ')',
      '=',
      '${',
      '<<E\n',
      'E\n',
      'module',
      ' source',
      '#',
      ',',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          guard(pieces.join(''))
        } catch (error) {
          expect(isFault(error) && error.code).toBe('PLAN_FAILED')
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
