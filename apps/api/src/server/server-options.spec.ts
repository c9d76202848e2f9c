import { describe, expect, it } from '@jest/globals';
import { isLoopback, isLoopbackHostHeader } from './server-options.js';

describe('who may ask', () => {
  it('takes Host headers that name this machine', () => {
    for (const host of [
      'localhost',
      'localhost:4000',
      'LOCALHOST:1',
      '127.0.0.1',
      '127.0.0.1:4000',
      '127.9.9.9:80',
      '[::1]',
      '[::1]:4000',
      'app.localhost:4000',
    ]) {
      expect([host, isLoopbackHostHeader(host)]).toEqual([host, true]);
    }
  });

  it('refuses Host headers that name another, or nothing', () => {
    for (const host of [
      undefined,
      '',
      'example.com',
      'localhost.example.com',
      '127.0.0.1.example.com',
      '10.0.0.1:4000',
      'evil-localhost',
      '0.0.0.0',
      '[::]',
      '127.0.0.1:4000@example.com',
      'localhost:99999999',
    ]) {
      expect([host, isLoopbackHostHeader(host)]).toEqual([host, false]);
    }
  });

  it('knows loopback addresses to listen on', () => {
    expect(['127.0.0.1', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '192.168.1.2', 'example.com'].some(isLoopback)).toBe(false);
  });
});
