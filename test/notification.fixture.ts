const IRIS = 'http://www.cart.rete.toscana.it/servizi/iris_1_1';

/** What IRIS would push, written by hand: the sandbox is not asked. */
export const notification = (idPagamento: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:x="${IRIS}/proxy"
  xmlns:p="${IRIS}/IdpInformativaPagamento" xmlns:h="${IRIS}/IdpHeader"><soapenv:Body>
  <x:IdpInformativaPagamento><p:IdpInformativaPagamento Versione="01.03-04">
    <h:IdpHeader>
      <h:TRT><h:ServiceName>IdpInformativaPagamento</h:ServiceName><h:MsgId>FORGED.${idPagamento}</h:MsgId>
        <h:XMLCrtDt>2026-11-23T10:00:00Z</h:XMLCrtDt>
        <h:Sender><h:SenderId>iris</h:SenderId><h:SenderSys>SIL_iris_ITR</h:SenderSys></h:Sender>
        <h:Receiver><h:ReceiverId>PORTOS</h:ReceiverId><h:ReceiverSys>SIL_PORTOS</h:ReceiverSys></h:Receiver></h:TRT>
      <h:E2E><h:E2ESrvcNm>IdpInformativaPagamento</h:E2ESrvcNm><h:E2EMsgId>FORGED.${idPagamento}</h:E2EMsgId>
        <h:XMLCrtDt>2026-11-23T10:00:00Z</h:XMLCrtDt>
        <h:Sender><h:E2ESndrId>iris</h:E2ESndrId><h:E2ESndrSys>SIL_iris_ITR</h:E2ESndrSys></h:Sender>
        <h:Receiver><h:E2ERcvrId>PORTOS</h:E2ERcvrId><h:E2ERcvrSys>SIL_PORTOS</h:E2ERcvrSys></h:Receiver></h:E2E>
    </h:IdpHeader>
    <p:IdpBody><p:Pagamento>
      <p:RiferimentoPagamento TipoPagamento="Pagamento Unico"><p:IdPagamento>${idPagamento}</p:IdPagamento></p:RiferimentoPagamento>
      <p:DataOraPagamento>2026-11-23T10:00:00Z</p:DataOraPagamento>
      <p:Importo>16.00</p:Importo>
      <p:Esito>ESEGUITO</p:Esito>
      <p:Transazione>
        <p:CanalePagamento Tipo="WEB"/><p:MezzoPagamento Tipo="CARTA"/>
        <p:IdTransazione>T-FORGED</p:IdTransazione><p:DataOraTransazione>2026-11-23T10:00:00Z</p:DataOraTransazione>
        <p:ImportoTransato>16.00</p:ImportoTransato>
      </p:Transazione>
    </p:Pagamento></p:IdpBody>
  </p:IdpInformativaPagamento></x:IdpInformativaPagamento></soapenv:Body></soapenv:Envelope>`;
