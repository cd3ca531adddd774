import { DESKTOP, open } from './browser.mjs';
const { browser, url, close } = await open();
const p = await (await browser.newContext({...DESKTOP,colorScheme:'light'})).newPage();
p.setDefaultTimeout(15000);
p.on('pageerror',e=>console.log('E',e.message));p.on('console',m=>m.type()==='error'&&console.log('C',m.text()));
p.on('response',r=>{const u=new URL(r.url());if(u.pathname.startsWith('/api/')&&r.status()>=400) r.text().then(t=>console.log(u.pathname,r.status(),t.slice(0,300)))});
const bar=async()=>(await p.locator('.approve .left').innerText()).replaceAll('\n',' | ');
await fetch('http://127.0.0.1:8091/_sim/faults',{method:'POST',body:JSON.stringify({seed:7,rate:0,kinds:[],next:[{call:'schedule',kind:'not_ok'},{call:'schedule',kind:'no_id'},{call:'schedule',kind:'503'}]})}).then(async r=>console.log('faults',r.status,(await r.text()).slice(0,200)));
await p.goto(url+'/#/review'); await p.waitForSelector('li[data-id]'); console.log(await bar());
await p.getByRole('button',{name:/^Approve \d/}).click(); await p.getByText('checked again just now').waitFor(); await p.getByRole('button',{name:'Approve and send'}).click();
for(let i=0;i<14;i++){await p.waitForTimeout(5000); console.log(i*5,await bar()); if(i===4) await p.screenshot({path:'/tmp/realshots/sending.png'});}
console.log(await p.locator('#issues').innerText().catch(()=>'no issues'));
await p.screenshot({path:'/tmp/realshots/sent.png'});
await p.goto(url+'/#/submissions'); await p.waitForTimeout(1500); await p.screenshot({path:'/tmp/realshots/subs.png'}); console.log((await p.locator('main').innerText()).slice(0,900));
await p.goto(url+'/#/today'); await p.waitForTimeout(1500); await p.screenshot({path:'/tmp/realshots/today-sent.png'});
await close();
