// A visitor of the workspace: opens pages, checks each for accessibility, size and foreign requests.
import { readFileSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGE_MAX = 60 * 1024;

// The code of an authenticator (RFC 6238) for a secret in base32.
export function oneTimeCode(secret, shift = 0) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const c of secret.replace(/[^A-Z2-7]/g, '')) bits += alphabet.indexOf(c).toString(2).padStart(5, '0');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + shift));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0');
}

export async function openBrowser() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

export class Visitor {
  constructor(base, page, context, scripts) {
    Object.assign(this, { base, page, context, scripts, faults: [], seen: new Set() });
  }

  static async arrive(browser, base, { scripts = true, locale = 'en-GB', width = 1100 } = {}) {
    const context = await browser.newContext({ javaScriptEnabled: scripts, locale, viewport: { width, height: 800 } });
    const visitor = new Visitor(base, await context.newPage(), context, scripts);
    visitor.page.on('request', (request) => {
      if (!request.url().startsWith(base)) visitor.faults.push(`foreign request: ${request.url()}`);
    });
    visitor.page.on('console', (message) => {
      if (message.type() === 'error' && /Content.Security|Refused/.test(message.text())) visitor.faults.push(`policy: ${message.text()}`);
    });
    return visitor;
  }

  async open(path) {
    const response = await this.page.goto(path.startsWith('http') ? path : this.base + path);
    return response;
  }

  // Looks at the page that is open: name is for messages.
  async look(name) {
    const html = await this.page.content();
    if (html.length > PAGE_MAX) this.faults.push(`${name}: ${html.length} bytes`);
    if ((await this.page.locator('h1').count()) !== 1) this.faults.push(`${name}: not one heading`);
    // Where scripts are off, axe cannot run either; the pages are the same.
    if (this.seen.has(name) || !this.scripts) return;
    this.seen.add(name);
    // The policy forbids scripts that are not ours; the isolated world of the debugger may run one.
    const session = await this.context.newCDPSession(this.page);
    const { frameTree } = await session.send('Page.getFrameTree');
    const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'axe' });
    const run = (expression) => session.send('Runtime.evaluate', { expression, contextId: executionContextId, awaitPromise: true, returnByValue: true });
    await run(axe);
    const answer = await run("axe.run({ resultTypes: ['violations'] }).then((r) => JSON.stringify(r.violations.map((v) => [v.impact, v.id, v.nodes[0].html.slice(0, 160)])))");
    await session.detach();
    if (answer.exceptionDetails) throw new Error(`${name}: axe: ${JSON.stringify(answer.exceptionDetails)}`);
    for (const [impact, id, where] of JSON.parse(answer.result.value))
      if (impact === 'serious' || impact === 'critical') this.faults.push(`${name}: ${id}: ${where}`);
  }

  async press(label, scope = 'main') {
    await Promise.all([this.page.waitForNavigation(), this.page.locator(scope).getByRole('button', { name: label, exact: true }).first().click()]);
  }

  async follow(label, scope = 'main') {
    await Promise.all([this.page.waitForNavigation(), this.page.locator(scope).getByRole('link', { name: label }).first().click()]);
  }

  heading() {
    return this.page.locator('h1').innerText();
  }
}
