import initSmsc from "node-smsc";

const smsc = initSmsc({ login: "login", password: "password", request: `${process.argv[2]}/sys/` });
console.log((await smsc.balance()).balance);
