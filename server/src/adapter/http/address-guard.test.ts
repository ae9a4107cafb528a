import { expect, it } from 'vitest'
import { createAddressGuard } from './address-guard.ts'

const guard = createAddressGuard([
  '10.0.0.0/8',
  'fd12::/16',
  '192.0.2.7',
  'Admin.example.org',
  '*.intern.example.org',
])

it.each([
  '169.254.169.254',
  '169.254.0.1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '0:0:0:0:0:ffff:a9fe:a9fe',
  '::169.254.169.254',
  '::ffff:0:169.254.169.254',
  '64:ff9b::169.254.169.254',
  '2002:a9fe:a9fe::1',
  'fe80::1',
  'fe80::1%eth0',
  'febf::1',
  'fd00:ec2::254',
  'FD00:0EC2:0:0:0:0:0:254',
  'fd20:ce::254',
  '100.100.100.200',
  '10.1.2.3',
  '::ffff:10.1.2.3',
  'fd12:1::1',
  '192.0.2.7',
  'no address',
])('the address %s is refused', (address) => {
  expect(() => guard.checkAddress(address, 'host')).toThrow(
    expect.objectContaining({ code: 'PERMISSION_DENIED' }),
  )
})

it.each([
  '127.0.0.1',
  '::1',
  '192.168.1.1',
  '172.16.0.1',
  '1.1.1.1',
  '2001:db8::1',
  'fec0::1',
  '169.253.255.255',
  '::ffff:127.0.0.1',
])('the address %s is let through', (address) => {
  expect(() => guard.checkAddress(address, 'host')).not.toThrow()
})

it('names are denied whatever their case or final dot, suffixes with everything below them', () => {
  for (const host of [
    'admin.example.org',
    'ADMIN.example.org.',
    'a.intern.example.org',
    'b.a.intern.example.org',
  ])
    expect(() => guard.checkHost(host)).toThrow(expect.objectContaining({ code: 'PERMISSION_DENIED' }))
  for (const host of ['example.org', 'xadmin.example.org', 'intern.example.org'])
    expect(() => guard.checkHost(host)).not.toThrow()
})

it.each(['10.0.0.0/33', '10.0.0.0/x', '::1/129'])('the network %s is refused as configuration', (entry) => {
  expect(() => createAddressGuard([entry])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})
